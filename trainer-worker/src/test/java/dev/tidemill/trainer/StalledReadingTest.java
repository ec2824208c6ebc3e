package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.messaging.OpenTransactions;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.runtime.HealthMonitor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** An open transaction begins at offset 5; all high watermarks are 100. */
class StalledReadingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Map<Integer, Long> ENDLESS = Map.of();

  private final HealthMonitor monitor = new HealthMonitor("trainer", Clock.systemUTC());
  private final List<Map<TopicPartition, Long>> queries = new ArrayList<>();
  private long now;
  private final StalledReading stalled =
      new StalledReading("batches", new Blocked(), monitor, PATIENCE, TIMEOUT, () -> now);

  @Test
  void reportsStalledPartitionWhileAnotherMoves() {
    for (int second = 0; second <= 10; second++) {
      stalled.check(at(5, second), Set.of(), ENDLESS);
      pass(1);
    }

    assertThat(monitor.conditions())
        .singleElement()
        .extracting(HealthCondition::cause, InstanceOfAssertFactories.STRING)
        .contains("batches-0 lie behind an open transaction")
        .contains("offset 5");
    assertThat(queries).containsExactly(Map.of(new TopicPartition("batches", 0), 5L));

    stalled.check(at(6, 50), Set.of(), ENDLESS);
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void boundedReadFailsWhileAnotherPartitionMoves() {
    assertThatThrownBy(
            () -> {
              for (int second = 0; second <= 40; second++) {
                stalled.check(at(5, second), Set.of(), Map.of(0, 100L, 1, 100L));
                pass(1);
              }
            })
        .isInstanceOf(OpenTransactionException.class);
    assertThat(now).isEqualTo(TIMEOUT.toNanos());
  }

  @Test
  void watchesOthersWhilePartitionIsPaused() {
    for (int second = 0; second <= 10; second++) {
      stalled.check(at(5, 7), Set.of(1), ENDLESS);
      pass(1);
    }

    assertThat(queries).containsExactly(Map.of(new TopicPartition("batches", 0), 5L));
    assertThat(monitor.conditions()).hasSize(1);
  }

  @Test
  void excludesPausedTime() {
    for (int second = 0; second < 60; second++) {
      stalled.check(at(5, 7), Set.of(0, 1), ENDLESS);
      pass(1);
    }
    assertThat(queries).isEmpty();

    // A trainer that is slower than its topic pauses repeatedly.
    for (int second = 0; second < 22; second++) {
      stalled.check(at(5, second), second % 2 == 0 ? Set.of(0, 1) : Set.of(), ENDLESS);
      pass(1);
    }
    assertThat(monitor.conditions()).hasSize(1);
  }

  @Test
  void partitionReadToItsEndIsNotStalled() {
    for (int second = 0; second <= 40; second++) {
      stalled.check(at(100, 100), Set.of(), ENDLESS);
      pass(1);
    }
    assertThat(queries).isEmpty();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void closeClearsCondition() {
    for (int second = 0; second <= 10; second++) {
      stalled.check(at(5, second), Set.of(), ENDLESS);
      pass(1);
    }
    assertThat(monitor.conditions()).hasSize(1);

    stalled.close();

    assertThat(monitor.conditions()).isEmpty();
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private static List<Position> at(long first, long second) {
    return List.of(Position.atRecord(0, 1, first), Position.atRecord(1, 1, second));
  }

  private final class Blocked implements StalledReading.Ends {
    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      partitions.forEach(partition -> ends.put(partition, 100L));
      return ends;
    }

    @Override
    public RuntimeException whyStalled(
        Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
      queries.add(Map.copyOf(positions));
      TopicPartition first = positions.keySet().iterator().next();
      return OpenTransactions.blocking(first, 5);
    }
  }
}
