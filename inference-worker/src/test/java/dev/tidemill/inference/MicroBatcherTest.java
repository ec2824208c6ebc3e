package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  private final MicroBatcher batcher = new MicroBatcher(3, 100);

  @Test
  void nothingIsDueWhereNothingWaits() {
    assertThat(batcher.isDue(0)).isFalse();
    assertThat(batcher.nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(batcher.take()).isEmpty();
  }

  @Test
  void aPartOfABatchWaitsForItsOldest() {
    batcher.add(request(0, 0, 1000));
    batcher.add(request(0, 1, 1050));
    assertThat(batcher.nanosUntilDue(1060)).isEqualTo(40);
    assertThat(batcher.isDue(1099)).isFalse();
    assertThat(batcher.isDue(1100)).isTrue();
    assertThat(batcher.take()).extracting(r -> r.record().offset()).containsExactly(0L, 1L);
    assertThat(batcher.size()).isZero();
  }

  @Test
  void aFullBatchIsDueAtOnceAndTheRestWaits() {
    for (int offset = 0; offset < 4; offset++) {
      batcher.add(request(0, offset, 1000));
    }
    assertThat(batcher.isDue(1000)).isTrue();
    assertThat(batcher.take()).extracting(r -> r.record().offset()).containsExactly(0L, 1L, 2L);
    assertThat(batcher.isDue(1000)).isFalse();
    assertThat(batcher.isDue(1100)).isTrue();
  }

  @Test
  void aClockThatWrapsIsNoTrouble() {
    batcher.add(request(0, 0, Long.MAX_VALUE - 10));
    assertThat(batcher.isDue(Long.MIN_VALUE + 20)).isFalse();
    assertThat(batcher.isDue(Long.MIN_VALUE + 100)).isTrue();
  }

  @Test
  void withoutDelayEverythingIsDueAtOnce() {
    MicroBatcher eager = new MicroBatcher(3, 0);
    eager.add(request(0, 0, 1000));
    assertThat(eager.isDue(1000)).isTrue();
  }

  @Test
  void partitionsThatGoTakeTheirRequestsAlong() {
    batcher.add(request(0, 5, 1000));
    batcher.add(request(1, 6, 1000));
    batcher.add(request(0, 7, 1000));
    batcher.drop(List.of(new TopicPartition("requests", 0)));
    assertThat(batcher.take()).extracting(r -> r.record().offset()).containsExactly(6L);
  }

  private static PendingRequest request(int partition, long offset, long receivedNanos) {
    return new PendingRequest(
        new ConsumerRecord<>("requests", partition, offset, new byte[0], new byte[0]),
        null,
        "not decoded",
        receivedNanos);
  }
}
