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

/** A partition's open transaction begins at offset 5; all high watermarks are at 100. */
class StalledReadingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Map<Integer, Long> ENDLESS = Map.of();

  private final HealthMonitor monitor = new HealthMonitor("trainer", Clock.systemUTC());
  private final List<Map<TopicPartition, Long>> questions = new ArrayList<>();
  private long now;
  private final StalledReading stalled =
      new StalledReading("batches", new Blocked(), monitor, PATIENCE, TIMEOUT, () -> now);

  @Test
  void noticesOnePartitionThatStandsStillWhileAnotherMoves() {
    for (int second = 0; second <= 10; second++) {
      stalled.check(at(5, second), Set.of(), ENDLESS);
      pass(1);
    }

    assertThat(monitor.conditions())
        .singleElement()
        .extracting(HealthCondition::cause, InstanceOfAssertFactories.STRING)
        .contains("batches-0 lie behind an open transaction")
        .contains("offset 5");
    assertThat(questions).containsExactly(Map.of(new TopicPartition("batches", 0), 5L));

    stalled.check(at(6, 50), Set.of(), ENDLESS);
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void aRunThatIsToEndFailsThoughAnotherPartitionMoves() {
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
  void aPausedPartitionLeavesTheOthersWatched() {
    for (int second = 0; second <= 10; second++) {
      stalled.check(at(5, 7), Set.of(1), ENDLESS);
      pass(1);
    }

    assertThat(questions).containsExactly(Map.of(new TopicPartition("batches", 0), 5L));
    assertThat(monitor.conditions()).hasSize(1);
  }

  @Test
  void timeCountsOnlyWhileAPartitionIsNotPaused() {
    for (int second = 0; second < 60; second++) {
      stalled.check(at(5, 7), Set.of(0, 1), ENDLESS);
      pass(1);
    }
    assertThat(questions).isEmpty();

    // A trainer that is slower than its topic pauses again and again.
    for (int second = 0; second < 22; second++) {
      stalled.check(at(5, second), second % 2 == 0 ? Set.of(0, 1) : Set.of(), ENDLESS);
      pass(1);
    }
    assertThat(monitor.conditions()).hasSize(1);
  }

  @Test
  void whatIsReadToItsEndIsNotStalled() {
    for (int second = 0; second <= 40; second++) {
      stalled.check(at(100, 100), Set.of(), ENDLESS);
      pass(1);
    }
    assertThat(questions).isEmpty();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void theConditionEndsWithTheReading() {
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
      questions.add(Map.copyOf(positions));
      TopicPartition first = positions.keySet().iterator().next();
      return OpenTransactions.blocking(first, 5);
    }
  }
}
