package dev.tidemill.messaging;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommittedLogIT {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final KafkaCluster kafka = KafkaCluster.embedded();
  private final KafkaClients clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));

  @Test
  void returnsTheHighWatermarkAsTheEnd() {
    TopicPartition partition = new TopicPartition(kafka.newTopic("ends", 1), 0);
    try (Producer<byte[], byte[]> open = opened("ends", partition);
        Consumer<byte[], byte[]> consumer = clients.assignedConsumer("ends")) {
      commit(partition, 2);

      assertThat(new CommittedLog(clients, "it", LONG).ends(List.of(partition)))
          .containsExactly(Map.entry(partition, 3L));
      assertThat(consumer.endOffsets(List.of(partition))).containsExactly(Map.entry(partition, 0L));
      open.abortTransaction();
    }
  }

  @Test
  void namesTheProducerThatBlocksAPartition() {
    String topic = kafka.newTopic("blocked", 2);
    TopicPartition free = new TopicPartition(topic, 0);
    TopicPartition blocked = new TopicPartition(topic, 1);
    commit(free, 1);
    commit(blocked, 1);
    try (Producer<byte[], byte[]> open = opened("blocked", blocked)) {
      commit(blocked, 2);
      List<Integer> values = new ArrayList<>();

      assertThatThrownBy(() -> read(SHORT, List.of(free, blocked), values))
          .isInstanceOfSatisfying(
              OpenTransactionException.class,
              e -> {
                assertThat(e.open().partition()).isEqualTo(blocked);
                assertThat(e.open().startOffset()).isEqualTo(2);
                assertThat(e.open().transactionalId()).isEqualTo("it-blocked");
                assertThat(e.open().since()).isNotNull();
                assertThat(e.getMessage())
                    .startsWith(
                        blocked
                            + " cannot be read to its end: a transaction of producer "
                            + e.open().producerId()
                            + " (transactional.id it-blocked) is open; it starts at offset 2 and"
                            + " began at ")
                    .contains("waited 500 ms (read.timeout.ms). The brokers abort it 60 s after")
                    .endsWith(
                        "kafka-transactions --bootstrap-server "
                            + kafka.bootstrapServers()
                            + " abort --topic "
                            + topic
                            + " --partition 1 --start-offset 2");
              });
      assertThat(values).containsExactly(1, 1);
      open.abortTransaction();
    }
  }

  @Test
  void waitsForAnOpenTransactionToEnd() throws Exception {
    TopicPartition partition = new TopicPartition(kafka.newTopic("waits", 1), 0);
    commit(partition, 1);
    CountDownLatch firstSeen = new CountDownLatch(1);
    List<Integer> values = new ArrayList<>();
    try (Producer<byte[], byte[]> open = opened("waits", partition)) {
      commit(partition, 2);
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () ->
                  read(
                      LONG,
                      List.of(partition),
                      value -> {
                        values.add(value);
                        firstSeen.countDown();
                      }));
      firstSeen.await();
      assertThat(reading).isNotDone();

      open.commitTransaction();
      await().until(reading::isDone);
      reading.get();
    }

    assertThat(values).containsExactly(1, 0, 2);
  }

  @Test
  void retriesARecordWithoutSchemaUntilTheTimeout() {
    TopicPartition partition = new TopicPartition(kafka.newTopic("schema", 1), 0);
    commit(partition, 1);
    commit(partition, 2);
    List<Integer> values = new ArrayList<>();
    CommittedLog log = new CommittedLog(clients, "it", Duration.ofSeconds(2));
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("it")) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Map<TopicPartition, Long> ends = log.ends(List.of(partition));
      assertThatThrownBy(
              () -> log.readToEnd(consumer, ends, record -> failOn(record.value()[0], 2, values)))
          .isInstanceOf(SchemaUnavailableException.class);
      assertThat(values).containsExactly(1);

      new CommittedLog(clients, "it", LONG)
          .readToEnd(consumer, ends, record -> values.add((int) record.value()[0]));
    }
    assertThat(values).containsExactly(1, 2);
  }

  private static void failOn(int value, int missing, List<Integer> values) {
    if (value == missing) {
      throw new SchemaUnavailableException("no answer", new RuntimeException());
    }
    values.add(value);
  }

  @Test
  void readsAnEmptyPartitionImmediately() {
    TopicPartition partition = new TopicPartition(kafka.newTopic("empty", 1), 0);
    List<Integer> values = new ArrayList<>();

    read(SHORT, List.of(partition), values);

    assertThat(values).isEmpty();
  }

  private void read(Duration timeout, List<TopicPartition> partitions, List<Integer> into) {
    read(timeout, partitions, into::add);
  }

  private void read(
      Duration timeout,
      List<TopicPartition> partitions,
      java.util.function.Consumer<Integer> each) {
    CommittedLog log = new CommittedLog(clients, "it", timeout);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("it")) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      log.readToEnd(consumer, log.ends(partitions), record -> each.accept((int) record.value()[0]));
    }
  }

  /** Returns a producer whose open transaction has written a 0. */
  private Producer<byte[], byte[]> opened(String name, TopicPartition partition) {
    Producer<byte[], byte[]> producer = clients.transactionalProducer("it", "it-" + name);
    producer.initTransactions();
    producer.beginTransaction();
    send(producer, partition, 0);
    return producer;
  }

  private void commit(TopicPartition partition, int value) {
    String id = UniqueName.of("it-commits");
    try (Producer<byte[], byte[]> producer = clients.transactionalProducer("it", id)) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, partition, value);
      producer.commitTransaction();
    }
  }

  private static void send(Producer<byte[], byte[]> producer, TopicPartition to, int value) {
    RecordMetadata unused =
        KafkaResult.get(
            producer.send(
                new ProducerRecord<>(to.topic(), to.partition(), null, new byte[] {(byte) value})));
  }
}
