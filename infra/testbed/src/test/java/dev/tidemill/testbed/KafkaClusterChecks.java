package dev.tidemill.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The tests that every kind of cluster must pass. */
abstract class KafkaClusterChecks {
  @Test
  void readsOnlyCommittedRecords(KafkaCluster kafka) throws Exception {
    String topic = kafka.newTopic("checks", 2);
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> first = send(producer, topic, 0, "committed");
      Future<RecordMetadata> second = send(producer, topic, 1, "committed too");
      producer.commitTransaction();
      assertThat(List.of(first, second)).allMatch(Future::isDone);
      producer.beginTransaction();
      Future<RecordMetadata> aborted = send(producer, topic, 0, "aborted");
      producer.flush();
      assertThat(aborted).isDone();
      producer.abortTransaction();
    }
    assertThat(values(TopicReader.committed(kafka.bootstrapServers(), topic)))
        .containsExactly("committed", "committed too");
    assertThat(values(TopicReader.uncommitted(kafka.bootstrapServers(), topic)))
        .containsExactly("committed", "aborted", "committed too");
  }

  @Test
  void createsATopicPerTest(KafkaCluster kafka) {
    String one = kafka.newTopic("same", 1);
    String other = kafka.newTopic("same", 1);
    assertThat(one).startsWith("same-").isNotEqualTo(other);
    assertThat(TopicReader.committed(kafka.bootstrapServers(), one)).isEmpty();
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaCluster kafka) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(),
            "transactional.id", UniqueName.of("checks"));
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Future<RecordMetadata> send(
      KafkaProducer<byte[], byte[]> producer, String topic, int partition, String value) {
    return producer.send(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8)));
  }

  private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
  }
}
