package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordLoopTest {
  private static final TopicPartition BATCHES = new TopicPartition("batches", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final ListingPolicy policy = new ListingPolicy();

  @Test
  void passesPolledRecordsToThePolicy() throws Exception {
    RecordLoop loop = assigned();
    add(0);
    add(1);

    assertThat(loop.doWork()).isTrue();

    assertThat(policy.offsets).containsExactly(0L, 1L);
  }

  @Test
  void endsWhenThePolicyReturnsFalse() throws Exception {
    RecordLoop loop = assigned();
    policy.goesOn = false;

    assertThat(loop.doWork()).isFalse();
  }

  @Test
  void pausesWithoutLossWhileThereIsNoRoom() throws Exception {
    RecordLoop loop = assigned();
    policy.room = false;
    add(0);

    assertThat(loop.doWork()).isTrue();
    assertThat(consumer.paused()).containsExactly(BATCHES);
    assertThat(policy.offsets).isEmpty();

    policy.room = true;
    loop.doWork();
    assertThat(consumer.paused()).isEmpty();
    assertThat(policy.offsets).containsExactly(0L);
  }

  @Test
  void pausesPartitionsAssignedWhileThereIsNoRoom() throws Exception {
    RecordLoop loop = RecordLoop.subscribed("requests", consumer, List.of("batches"), policy);
    loop.onStart();
    policy.room = false;
    loop.doWork();

    consumer.updateBeginningOffsets(Map.of(BATCHES, 0L));
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(BATCHES)));
    loop.doWork();

    assertThat(consumer.paused()).containsExactly(BATCHES);
    assertThat(policy.events).containsExactly("assigned batches-0");
  }

  @Test
  void notifiesThePolicyOfRevokedPartitions() throws Exception {
    RecordLoop loop = RecordLoop.subscribed("requests", consumer, List.of("batches"), policy);
    loop.onStart();
    consumer.updateBeginningOffsets(Map.of(BATCHES, 0L));
    consumer.rebalance(List.of(BATCHES));

    consumer.rebalance(List.of());

    assertThat(policy.events).containsExactly("assigned batches-0", "revoked batches-0");
  }

  @Test
  void wakeUpEndsTheLoop() throws Exception {
    RecordLoop loop = assigned();

    loop.wakeUp();

    assertThat(loop.doWork()).isFalse();
  }

  @Test
  void closesTheConsumerAfterThePolicy() throws Exception {
    RecordLoop loop = assigned();

    loop.onClose();

    assertThat(policy.events).containsExactly("closed");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void policyFailureEndsTheLoop() {
    RecordLoop loop = assigned();
    policy.failure = new IllegalStateException("queue is gone");

    assertThatThrownBy(loop::doWork).hasMessage("queue is gone");
  }

  @Test
  void leavesUnreadableRecordsOnTheLogAndContinuesWithOtherPartitions() throws Exception {
    TopicPartition other = new TopicPartition("batches", 1);
    RecordLoop loop = RecordLoop.assigned("poll", consumer, policy);
    consumer.assign(List.of(BATCHES, other));
    consumer.updateBeginningOffsets(Map.of(BATCHES, 0L, other, 0L));
    policy.unreadable = 1;
    add(0);
    add(1);
    add(2);
    consumer.addRecord(new ConsumerRecord<>("batches", 1, 10, new byte[0], new byte[] {1}));

    loop.doWork();

    assertThat(policy.offsets).containsExactlyInAnyOrder(0L, 10L);
    assertThat(policy.nextOffsets).containsEntry(BATCHES, 1L);
    assertThat(consumer.position(BATCHES)).isEqualTo(1);

    loop.doWork();
    assertThat(consumer.paused()).containsExactly(BATCHES);
    policy.unreadable = -1;
    loop.doWork();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void heldPartitionStaysPausedWhenThereIsRoomAgain() throws Exception {
    RecordLoop loop = assigned();
    policy.unreadable = 0;
    add(0);
    loop.doWork();

    policy.room = false;
    loop.doWork();
    policy.room = true;
    loop.doWork();

    assertThat(consumer.paused()).containsExactly(BATCHES);
    assertThat(policy.offsets).isEmpty();
  }

  @Test
  void releasedPartitionWaitsForRoom() throws Exception {
    RecordLoop loop = assigned();
    policy.unreadable = 0;
    add(0);
    loop.doWork();

    policy.room = false;
    policy.unreadable = -1;
    loop.doWork();
    assertThat(consumer.paused()).containsExactly(BATCHES);
    policy.room = true;
    loop.doWork();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void releasesAHeldPartitionWhenThePolicySeeks() throws Exception {
    RecordLoop loop = assigned();
    policy.unreadable = 1;
    add(0);
    add(1);
    loop.doWork();

    consumer.seek(BATCHES, 0);
    loop.doWork();

    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void forgetsAHeldPartitionThatIsRevoked() throws Exception {
    RecordLoop loop = assigned();
    policy.unreadable = 0;
    add(0);
    loop.doWork();
    TopicPartition other = new TopicPartition("batches", 1);

    consumer.assign(List.of(other));
    consumer.updateBeginningOffsets(Map.of(other, 0L));
    consumer.addRecord(new ConsumerRecord<>("batches", 1, 10, new byte[0], new byte[] {1}));
    loop.doWork();

    assertThat(policy.offsets).containsExactly(10L);
  }

  private RecordLoop assigned() {
    consumer.assign(List.of(BATCHES));
    consumer.updateBeginningOffsets(Map.of(BATCHES, 0L));
    return RecordLoop.assigned("poll", consumer, policy);
  }

  private void add(long offset) {
    consumer.addRecord(new ConsumerRecord<>("batches", 0, offset, new byte[0], new byte[] {1}));
  }

  /** Records the calls that it receives. */
  private static final class ListingPolicy implements RecordPolicy {
    private final List<Long> offsets = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private boolean room = true;
    private boolean goesOn = true;
    private long unreadable = -1;
    private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();
    private @Nullable RuntimeException failure;

    @Override
    public boolean hasRoom() {
      return room;
    }

    @Override
    public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
      return record.offset() != unreadable;
    }

    @Override
    public boolean onRecords(ConsumerRecords<byte[], byte[]> records) {
      if (failure != null) {
        throw failure;
      }
      records.forEach(record -> offsets.add(record.offset()));
      records.nextOffsets().forEach((partition, at) -> nextOffsets.put(partition, at.offset()));
      return goesOn;
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> events.add("assigned " + partition));
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
      partitions.forEach(partition -> events.add((lost ? "lost " : "revoked ") + partition));
    }

    @Override
    public void onClose() {
      events.add("closed");
    }
  }
}
