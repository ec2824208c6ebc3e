package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class TransactionsIT {
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));

  @Test
  void readersSeeOnlyWhatWasCommitted() throws Exception {
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
  void theNewerFencesTheOlder() throws Exception {
    String topic = topicOf("fenced");
    try (Transactions older = transactions("fenced");
        Transactions newer = transactions("fenced")) {
      assertThatThrownBy(() -> older.run(producer -> producer.send(record(topic, 1)).get()))
          .isInstanceOf(FencedException.class)
          .hasMessage(
              "another trainer of model fenced has taken over (transactional.id it-fenced)");
      newer.run(producer -> producer.send(record(topic, 2)));
    }

    assertThat(values(topic)).containsExactly(2);
  }

  @Test
  void theNewerEndsWhatTheOlderHadBegun() throws Exception {
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
  void takesTheLargestBatch() throws Exception {
    try (Transactions transactions = transactions("large")) {
      assertTakesTheLargestRecord(transactions, "large");
    }
  }

  @Test
  void whatWritesWeightsTakesTheLargestDeadLetter() throws Exception {
    int smallChunks = 64 * 1024;
    try (Transactions transactions =
        new Transactions(
            clients.weightsProducer("it", "it-weights", smallChunks, Duration.ofMinutes(1)),
            "it",
            "it")) {
      assertTakesTheLargestRecord(transactions, "weights");
    }
  }

  private void assertTakesTheLargestRecord(Transactions transactions, String model)
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
