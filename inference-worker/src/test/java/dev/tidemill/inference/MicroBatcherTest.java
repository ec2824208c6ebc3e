package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  private final List<OwnedPartition> ownedPartitions =
      List.of(ownedPartition(0), ownedPartition(1));
  private final MicroBatcher batcher = new MicroBatcher(3, 100, 1000);

  private static OwnedPartition ownedPartition(int partition) {
    OwnedPartition owned = new OwnedPartition(new TopicPartition("requests", partition));
    owned.setSuspended(false);
    return owned;
  }

  @Test
  void isNotDueWhenEmpty() {
    assertThat(batcher.isDue(0)).isFalse();
    assertThat(batcher.nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(batcher.take(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void partialBatchIsDueWhenItsOldestRequestHasWaited() {
    batcher.add(request(0, 0, 1000));
    batcher.add(request(0, 1, 1050));
    assertThat(batcher.nanosUntilDue(1060)).isEqualTo(40);
    assertThat(batcher.isDue(1099)).isFalse();
    assertThat(batcher.isDue(1100)).isTrue();
    assertThat(batcher.take(Integer.MAX_VALUE))
        .extracting(r -> r.record().offset())
        .containsExactly(0L, 1L);
    assertThat(batcher.size()).isZero();
  }

  @Test
  void fullBatchIsDueAtOnceAndTheRestWaits() {
    for (int offset = 0; offset < 4; offset++) {
      batcher.add(request(0, offset, 1000));
    }
    assertThat(batcher.isDue(1000)).isTrue();
    assertThat(batcher.take(Integer.MAX_VALUE))
        .extracting(r -> r.record().offset())
        .containsExactly(0L, 1L, 2L);
    assertThat(batcher.isDue(1000)).isFalse();
    assertThat(batcher.isDue(1100)).isTrue();
  }

  @Test
  void toleratesClockOverflow() {
    batcher.add(request(0, 0, Long.MAX_VALUE - 10));
    assertThat(batcher.isDue(Long.MIN_VALUE + 20)).isFalse();
    assertThat(batcher.isDue(Long.MIN_VALUE + 100)).isTrue();
  }

  @Test
  void isDueAtOnceWithoutDelay() {
    MicroBatcher eager = new MicroBatcher(3, 0, 1000);
    eager.add(request(0, 0, 1000));
    assertThat(eager.isDue(1000)).isTrue();
  }

  @Test
  void dropsRequestsOfRevokedPartitions() {
    batcher.add(request(0, 5, 1000));
    batcher.add(request(1, 6, 1000));
    batcher.add(request(0, 7, 1000));
    ownedPartitions.get(0).revoke();
    batcher.dropSuspended();
    assertThat(batcher.take(Integer.MAX_VALUE))
        .extracting(r -> r.record().offset())
        .containsExactly(6L);
  }

  @Test
  void isDueAtOnceWithoutRoom() {
    batcher.add(request(0, 0, 1000, 999));
    assertThat(batcher.hasRoom()).isTrue();
    assertThat(batcher.isDue(1000)).isFalse();
    batcher.add(request(0, 1, 1000, 1));
    assertThat(batcher.hasRoom()).isFalse();
    assertThat(batcher.isDue(1000)).isTrue();
    assertThat(batcher.take(1)).hasSize(1);
    assertThat(batcher.hasRoom()).isTrue();
  }

  @Test
  void takesRequestsOfTheOldestOnesPartitionOnly() {
    batcher.add(request(1, 5, 1000));
    batcher.add(request(1, 6, 1000));
    batcher.add(request(0, 7, 1000));
    assertThat(batcher.takeOfOnePartition(3))
        .extracting(r -> r.record().offset())
        .containsExactly(5L, 6L);
    assertThat(batcher.takeOfOnePartition(3))
        .extracting(r -> r.record().offset())
        .containsExactly(7L);
  }

  private PendingRequest request(int partition, long offset, long receivedNanos) {
    return request(partition, offset, receivedNanos, 1);
  }

  private PendingRequest request(int partition, long offset, long receivedNanos, long bytes) {
    return new PendingRequest(
        ownedPartitions.get(partition),
        new ConsumerRecord<>("requests", partition, offset, new byte[0], new byte[0]),
        null,
        "not decoded",
        null,
        receivedNanos,
        bytes);
  }
}
