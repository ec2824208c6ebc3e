package dev.tidemill.messaging;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordLoopIT {
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));

  @Test
  void readsFromThePositionThatThePolicySeeks() {
    Topics topics = created("seeks");
    send(topics.batches(), 0, 10);
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer("seeks");
    TopicPartition batches = new TopicPartition(topics.batches(), 0);
    Listing policy =
        new Listing(consumer) {
          @Override
          public void onStart() {
            consumer.assign(List.of(batches));
            consumer.seek(batches, 6);
          }
        };

    try (DutyThread thread = new DutyThread(RecordLoop.assigned("seeks", consumer, policy))) {
      thread.start();
      await().until(() -> policy.values.size() == 4);
    }

    assertThat(policy.values).containsExactly(6, 7, 8, 9);
  }

  @Test
  void groupMembersSharePartitionsAndTakeOver() {
    Topics topics = created("shares");
    Listing first = new Listing(clients.groupConsumer("first", "it-shares"));
    Listing second = new Listing(clients.groupConsumer("second", "it-shares"));
    try (DutyThread one = new DutyThread(loop(first, topics));
        DutyThread two = new DutyThread(loop(second, topics))) {
      one.start();
      two.start();
      await().until(() -> first.assigned.size() == 2 && second.assigned.size() == 2);

      one.close(Duration.ofSeconds(10));
      await().until(() -> second.assigned.size() == 4);
      IntStream.range(0, 4).forEach(partition -> send(topics.requests(), partition, 1));

      await().until(() -> second.values.size() == 4);
      assertThat(first.values).isEmpty();
    }
  }

  @Test
  void groupContinuesFromTransactionalOffsets() throws Exception {
    Topics topics = created("goes-on");
    send(topics.requests(), 0, 5);
    TopicPartition requests = new TopicPartition(topics.requests(), 0);
    try (Consumer<byte[], byte[]> consumer = clients.groupConsumer("member", "it-goes-on");
        Transactions transactions =
            new Transactions(
                clients.transactionalProducer("tx", "it-goes-on"), "it-goes-on", "member")) {
      consumer.subscribe(List.of(topics.requests()));
      await().until(() -> !consumer.poll(Duration.ofMillis(50)).isEmpty());
      transactions.run(
          producer -> {
            producer.sendOffsetsToTransaction(
                Map.of(requests, new OffsetAndMetadata(3)), consumer.groupMetadata());
            return true;
          });
    }

    Listing next = new Listing(clients.groupConsumer("next", "it-goes-on"));
    try (DutyThread thread = new DutyThread(loop(next, topics))) {
      thread.start();
      await().until(() -> next.values.size() == 2);
    }
    assertThat(next.values).containsExactly(3, 4);
  }

  @Test
  void keepsPausesWhenThePolicyAssignsAnotherPartition() {
    Topics topics = created("reassigns");
    send(topics.requests(), 0, 1);
    send(topics.requests(), 1, 5);
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer("reassigns");
    TopicPartition first = new TopicPartition(topics.requests(), 0);
    TopicPartition second = new TopicPartition(topics.requests(), 1);
    AtomicInteger pollsOfSecond = new AtomicInteger();
    AtomicBoolean room = new AtomicBoolean(true);
    Listing policy =
        new Listing(consumer) {
          @Override
          public void onStart() {
            consumer.assign(List.of(first));
            consumer.seek(first, 0);
          }

          @Override
          public boolean hasRoom() {
            return room.get();
          }

          @Override
          public boolean onRecords(ConsumerRecords<byte[], byte[]> records) {
            super.onRecords(records);
            if (!records.isEmpty()) {
              room.set(false);
            } else if (consumer.paused().contains(first)) {
              consumer.assign(List.of(second));
              consumer.seek(second, 0);
            } else if (consumer.assignment().contains(second)) {
              pollsOfSecond.incrementAndGet();
            }
            return true;
          }
        };

    try (DutyThread thread = new DutyThread(RecordLoop.assigned("reassigns", consumer, policy))) {
      thread.start();
      await().until(() -> pollsOfSecond.get() > 100 || policy.values.size() > 1);
      assertThat(policy.values).hasSize(1);

      room.set(true);
      await().until(() -> policy.values.size() == 6);
    }
  }

  @Test
  void pausedPartitionBlocksNoOther() {
    Topics topics = created("unwanted");
    send(topics.requests(), 0, 3);
    send(topics.requests(), 1, 3);
    AtomicBoolean all = new AtomicBoolean();
    Listing policy =
        new Listing(clients.groupConsumer("unwanted", "it-unwanted")) {
          @Override
          public boolean wants(TopicPartition partition) {
            return all.get() || partition.partition() != 0;
          }
        };

    try (DutyThread thread = new DutyThread(loop(policy, topics))) {
      thread.start();
      await().until(() -> policy.values.size() >= 3);
      assertThat(policy.values).hasSize(3);

      all.set(true);
      await().until(() -> policy.values.size() == 6);
    }
  }

  @Test
  void closesImmediatelyDuringAPoll() {
    Topics topics = created("waits");
    Listing policy =
        new Listing(clients.groupConsumer("waits", "it-waits")) {
          @Override
          public Duration pollTimeout() {
            return Duration.ofMinutes(1);
          }
        };
    DutyThread thread = new DutyThread(loop(policy, topics));
    thread.start();
    await().until(() -> thread.health().isReady());

    thread.close(Duration.ofSeconds(30));

    assertThat(thread.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void unreadableRecordsBlockOnlyTheirPartitionAndKeepTheirOrder() {
    Topics topics = created("held");
    send(topics.requests(), 0, 5);
    Listing policy = new Listing(clients.groupConsumer("held", "it-held"));
    policy.unreadable.add(2);
    try (DutyThread thread = new DutyThread(loop(policy, topics))) {
      thread.start();
      await().until(() -> policy.values.size() == 2);
      send(topics.requests(), 1, 2);
      await().until(() -> policy.values.size() == 4);
      assertThat(policy.values).containsExactly(0, 1, 0, 1);

      policy.unreadable.clear();
      await().until(() -> policy.values.size() == 7);
    }
    assertThat(policy.values).containsExactly(0, 1, 0, 1, 2, 3, 4);
  }

  private RecordLoop loop(Listing policy, Topics topics) {
    return RecordLoop.subscribed("loop", policy.consumer, List.of(topics.requests()), policy);
  }

  private Topics created(String model) {
    Topics topics = Topics.of("it", model);
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
    return topics;
  }

  private void send(String topic, int partition, int count) {
    try (Producer<byte[], byte[]> producer = clients.producer("it-sender")) {
      for (int i = 0; i < count; i++) {
        var unused =
            producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {(byte) i}));
      }
    }
  }

  /** Records values and partitions in the order of arrival. */
  private static class Listing implements RecordPolicy {
    private final Consumer<byte[], byte[]> consumer;
    private final Collection<Integer> values = new ConcurrentLinkedQueue<>();
    private final Set<Integer> unreadable = ConcurrentHashMap.newKeySet();
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();

    private Listing(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
      return !unreadable.contains((int) record.value()[0]);
    }

    @Override
    public boolean onRecords(ConsumerRecords<byte[], byte[]> records) {
      records.forEach(record -> values.add((int) record.value()[0]));
      return true;
    }

    @Override
    public void onAssigned(Collection<TopicPartition> partitions) {
      assigned.addAll(partitions);
    }

    @Override
    public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
      assigned.removeAll(partitions);
    }
  }
}
