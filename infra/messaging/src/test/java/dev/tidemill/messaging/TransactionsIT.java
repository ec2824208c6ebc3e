package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class TransactionsIT {
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));

  @Test
  void readersSeeOnlyCommittedRecords() throws Exception {
    String topic = topicOf("committed");
    try (Transactions transactions = transactions("committed")) {
      transactions.run(producer -> producer.send(record(topic, 1)));
      assertThatThrownBy(
              () ->
                  transactions.run(
                      producer -> {
                        producer.send(record(topic, 2)).get();
                        throw new IllegalStateException("diverged");
                      }))
          .hasMessage("diverged");
      transactions.run(producer -> producer.send(record(topic, 3)));
    }

    assertThat(values(topic)).containsExactly(1, 3);
  }

  @Test
  void newerProducerFencesTheOlder() throws Exception {
    String topic = topicOf("fenced");
    try (Transactions older = transactions("fenced");
        Transactions newer = transactions("fenced")) {
      assertThatThrownBy(() -> older.run(producer -> producer.send(record(topic, 1)).get()))
          .isInstanceOf(FencedException.class)
          .hasMessageStartingWith(
              "another trainer of model fenced has taken over (transactional.id it-fenced)");
      newer.run(producer -> producer.send(record(topic, 2)));
    }

    assertThat(values(topic)).containsExactly(2);
  }

  @Test
  void newerProducerAbortsTheOldersTransaction() throws Exception {
    String topic = topicOf("begun");
    try (Transactions older = transactions("begun")) {
      assertThatThrownBy(
              () ->
                  older.run(
                      producer -> {
                        producer.send(record(topic, 1)).get();
                        try (Transactions newer = transactions("begun")) {
                          newer.run(other -> other.send(record(topic, 2)));
                        }
                        return true;
                      }))
          .isInstanceOf(FencedException.class);
    }

    assertThat(values(topic)).containsExactly(2);
  }

  @Test
  void acceptsTheLargestBatch() throws Exception {
    try (Transactions transactions = transactions("large")) {
      assertAcceptsTheLargestRecord(transactions, "large");
    }
  }

  @Test
  void weightsProducerAcceptsTheLargestDeadLetter() throws Exception {
    int smallChunks = 64 * 1024;
    try (Transactions transactions =
        new Transactions(
            clients.weightsProducer("it", "it-weights", smallChunks, Duration.ofMinutes(1)),
            "it",
            "it")) {
      assertAcceptsTheLargestRecord(transactions, "weights");
    }
  }

  @Test
  void namesTheTopicWhoseRecordIsTooLarge() throws Exception {
    String topic = topicOf("too-large");
    set(topic, "max.message.bytes", "1000");
    byte[] value = new byte[10_000];
    new Random(1).nextBytes(value);
    try (Transactions transactions = transactions("too-large");
        Consumer<byte[], byte[]> member = clients.groupConsumer("it", "it-too-large")) {
      assertThatThrownBy(
              () -> transactions.run(producer -> producer.send(new ProducerRecord<>(topic, value))))
          .isInstanceOf(KafkaFailureException.class)
          .hasMessage(
              "a record for topic "
                  + topic
                  + " is too large: raise the topic's max.message.bytes, or send smaller records")
          .hasRootCauseInstanceOf(RecordTooLargeException.class)
          .satisfies(e -> assertThat(KafkaFailures.kind(e)).isEqualTo(KafkaFailures.Kind.RECORD));

      transactions.begin();
      transactions.send(List.of(new ProducerRecord<>(topic, value)));
      assertThatThrownBy(() -> transactions.commit(Map.of(), member.groupMetadata()))
          .hasMessageContaining("a record for topic " + topic + " is too large");
    }
  }

  @Test
  void namesTheTopicThatRejectsATimestamp() throws Exception {
    String topic = topicOf("time");
    // Not so short that the broker would reject the marker that ends the transaction.
    set(topic, "message.timestamp.before.max.ms", "3600000");
    try (Transactions transactions = transactions("time")) {
      assertThatThrownBy(
              () ->
                  transactions.run(
                      producer ->
                          producer
                              .send(new ProducerRecord<>(topic, 0, 1L, null, new byte[] {1}))
                              .get()))
          .isInstanceOf(KafkaFailureException.class)
          .hasMessageStartingWith("topic " + topic + " rejects the record's timestamp")
          .hasMessageContaining("message.timestamp.before.max.ms");
    }
  }

  private void set(String topic, String setting, String value) {
    Topics topics = Topics.of("it", "any").withOverride(Topics.Name.BATCHES, topic);
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.repair(topics, List.of(new TopicViolation(topic, setting, "", "", "", value)));
    }
  }

  private void assertAcceptsTheLargestRecord(Transactions transactions, String model)
      throws Exception {
    String topic = topicOf(model);
    byte[] large = new byte[TopicPolicy.LARGEST_RECORD_BYTES - 1024];
    new Random(1).nextBytes(large);

    long offset =
        transactions.run(
            producer -> producer.send(new ProducerRecord<>(topic, large)).get().offset());

    assertThat(offset).isZero();
  }

  private Transactions transactions(String model) {
    String id = "it-" + model;
    return new Transactions(clients.transactionalProducer(id, id), id, "trainer of model " + model);
  }

  private String topicOf(String model) {
    Topics topics = Topics.of("it", model);
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
    return topics.batches();
  }

  private List<Integer> values(String topic) {
    return TopicReader.committed(KafkaCluster.embedded().bootstrapServers(), topic).stream()
        .map(record -> (int) record.value()[0])
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, int value) {
    return new ProducerRecord<>(topic, new byte[] {(byte) value});
  }
}
