package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class CheckpointPublisherTest {
  private static final Topics TOPICS = Topics.of("t", "m");
  private static final TopicPartition BATCHES = new TopicPartition(TOPICS.batches(), 0);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final CheckpointPublisher publisher =
      new CheckpointPublisher(
          new Transactions(producer, "id", "trainer of model m"),
          codec,
          TOPICS,
          100,
          new Retention(1),
          List.of());
  private final ModelState state = States.filled(States.SGD);

  @Test
  void publishesEverythingInOneTransaction() throws Exception {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(TOPICS.deadLetters(), new byte[] {1});
    Checkpoint written = publisher.publish(publication(1, List.of(letter)));

    SafeTensorsImage file = SafeTensorsImage.of(state, true);
    assertThat(written.getPayload().getBytes()).isEqualTo(file.length());
    assertThat(written.getPayload().getSha256())
        .isEqualTo(Sha256.of(SafeTensors.write(state, true)));
    assertThat(written.getPayload().getChunks()).hasSize(file.chunks(100));
    assertThat(written.getPayload().getChunks().stream().mapToInt(ChunkLocation::getBytes).sum())
        .isEqualTo((int) file.length());
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(topicsSent()).containsOnlyOnce(TOPICS.checkpoints(), TOPICS.deadLetters());
    assertThat(topicsSent().get(topicsSent().size() - 1)).isEqualTo(TOPICS.checkpoints());
    assertThat(producer.consumerGroupOffsetsHistory())
        .containsExactly(Map.of(group().groupId(), Map.of(BATCHES, new OffsetAndMetadata(5))));
    assertThat(publisher.hasPayload(1)).isTrue();
  }

  /** Dead letters are as large as their records, so they must not be in memory together. */
  @Test
  void createsDeadLettersOneAtATime() throws Exception {
    List<Long> sentBefore = new ArrayList<>();
    Checkpoint unused =
        publisher.publish(
            publication(
                1,
                () ->
                    IntStream.range(0, 3)
                        .mapToObj(
                            number -> {
                              sentBefore.add(lettersSent());
                              return new ProducerRecord<byte[], byte[]>(
                                  TOPICS.deadLetters(), new byte[] {1});
                            })
                        .iterator()));
    assertThat(sentBefore).containsExactly(0L, 1L, 2L);
  }

  @Test
  void retentionTombstonesChunksAndRewritesTheManifest() throws Exception {
    Checkpoint first = publisher.publish(publication(1, List.of()));
    producer.clear();
    Checkpoint second = publisher.publish(publication(2, List.of()));

    assertThat(producer.history())
        .filteredOn(record -> record.value() == null)
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .hasSameSizeAs(first.getPayload().getChunks())
        .startsWith("1/0", "1/1");
    assertThat(producer.history())
        .filteredOn(record -> record.topic().equals(TOPICS.checkpoints()))
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly("1", "2");
    assertThat(second.getPayload()).isNotNull();
    assertThat(publisher.hasPayload(1)).isFalse();
    assertThat(publisher.hasPayload(2)).isTrue();
  }

  @Test
  void rejectsMoreChunksThanAManifestCanHold() {
    ModelState large =
        ModelState.allocate(
            ModelSpec.parse(
                """
                name: large
                input: {shape: [1000]}
                layers:
                  - {type: linear, name: fc, out_features: 1600}
                loss: cross_entropy
                optimizer: {type: sgd, learning_rate: 0.1}
                """));
    Publication publication =
        new Publication(manifest(1), large, List.of(), group(), Map.of(), Set.of());
    assertThatThrownBy(() -> publisher.publish(publication))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("checkpoint.chunk.bytes=100 splits 64")
        .hasMessageContaining("the limit is 60000: set it to at least 107");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void publishesNothingAfterFencing() {
    producer.fenceProducer();
    assertThatThrownBy(() -> publisher.publish(publication(1, List.of())))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining("trainer of model m");
    assertThat(producer.history()).isEmpty();
    assertThat(publisher.hasPayload(1)).isFalse();
  }

  private long lettersSent() {
    return producer.uncommittedRecords().stream()
        .filter(record -> record.topic().equals(TOPICS.deadLetters()))
        .count();
  }

  private List<String> topicsSent() {
    return producer.history().stream().map(ProducerRecord::topic).toList();
  }

  private Publication publication(long version, Iterable<ProducerRecord<byte[], byte[]>> letters) {
    return new Publication(
        manifest(version),
        state,
        letters,
        group(),
        Map.of(BATCHES, new OffsetAndMetadata(5)),
        Set.of());
  }

  private static ConsumerGroupMetadata group() {
    try (Consumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      return consumer.groupMetadata();
    }
  }

  static Checkpoint manifest(long version) {
    return Checkpoint.newBuilder()
        .setModel("m")
        .setVersion(version)
        .setParent(version == 1 ? null : Long.valueOf(version - 1))
        .setSpec("")
        .setEngine("test")
        .setTopic("b")
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
