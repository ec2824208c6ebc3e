package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A model's checkpoint topics on a broker, and a trainer that writes to them. */
final class PublishedVersions implements AutoCloseable {
  static final int CHUNK_BYTES = 64;
  private static final Duration CHUNK_TIMEOUT = Duration.ofSeconds(10);

  final String model = UniqueName.of("versions");
  final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  final KafkaClients clients;
  final Topics topics;
  private final Transactions transactions;
  private final CheckpointPublisher publisher;
  private final ConsumerGroupMetadata group;

  /** Keeps payloads of the newest {@code keep} versions. */
  PublishedVersions(KafkaCluster kafka, int keep) {
    clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));
    topics = Topics.of("tidemill", model);
    try (TopicAdmin admin = new TopicAdmin(clients, "admin")) {
      var unused = admin.create(topics, TopicPlan.standard());
    }
    try (Consumer<byte[], byte[]> member = clients.groupConsumer("member", model)) {
      group = member.groupMetadata();
    }
    transactions =
        new Transactions(clients.transactionalProducer("trainer", model), model, "trainer");
    publisher =
        new CheckpointPublisher(
            transactions, codec, topics, CHUNK_BYTES, new Retention(keep), List.of());
  }

  Checkpoint publish(long version, ModelState state) throws Exception {
    return publisher.publish(
        new Publication(manifest(version, state), state, List.of(), group, Map.of(), Set.of()));
  }

  /** Writes a manifest in its own transaction. */
  void publish(Checkpoint manifest) throws Exception {
    transactions.run(
        producer -> producer.send(codec.record(topics.checkpoints(), key(), manifest)).get());
  }

  /** Writes a chunk in its own transaction. */
  ChunkLocation publish(CheckpointChunk chunk) throws Exception {
    RecordMetadata at =
        transactions.run(
            producer -> producer.send(codec.record(topics.checkpointChunks(), key(), chunk)).get());
    return new ChunkLocation(at.partition(), at.offset(), chunk.getData().remaining());
  }

  /** Writes bytes that are not a chunk. */
  ChunkLocation publishNoChunk() throws Exception {
    byte[] bytes = "no chunk".getBytes(StandardCharsets.UTF_8);
    RecordMetadata at =
        transactions.run(
            producer ->
                producer.send(new ProducerRecord<>(topics.checkpointChunks(), key(), bytes)).get());
    return new ChunkLocation(at.partition(), at.offset(), 8);
  }

  /** Starts publishing a version, then fails. */
  void abort(long version, ModelState state) {
    try {
      transactions.run(
          producer -> {
            producer
                .send(codec.record(topics.checkpoints(), key(), manifest(version, state)))
                .get();
            throw new IllegalStateException("as asked");
          });
    } catch (Exception e) {
      if (!"as asked".equals(e.getMessage())) {
        throw new AssertionError("unexpected failure", e);
      }
    }
  }

  Checkpoint manifest(long version, ModelState state) {
    return Checkpoint.newBuilder()
        .setModel(model)
        .setVersion(version)
        .setParent(version == 1 ? null : version - 1)
        .setSpec(state.spec().toYaml())
        .setEngine("none")
        .setTopic(topics.batches())
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(version)
        .setSamples(version)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  CheckpointReader reader() {
    return new CheckpointReader(clients.seekingConsumer("reader"), codec, topics, CHUNK_TIMEOUT);
  }

  /** Returns clients whose reads time out soon. */
  KafkaClients hasty() {
    return new KafkaClients(
        new KafkaSettings(
            clients.bootstrapServers(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Duration.ofMillis(500)));
  }

  CheckpointFollower follower() {
    return CheckpointFollower.open(clients, codec, topics, "follower");
  }

  Lineage lineage() {
    return Lineage.read(clients, codec, topics, "lineage");
  }

  /** Verifies the lineage, including payloads. */
  LineageReport verified() {
    return new LineageVerifier(clients, codec, topics, "verify").verify(true);
  }

  /** Returns each version's number, with a plus if its payload is kept. */
  List<String> listed() {
    List<String> listed = new ArrayList<>();
    ManifestLog.of(clients, codec, topics, "list")
        .forEachVersion(
            lineage(),
            manifest ->
                listed.add(manifest.getVersion() + (manifest.getPayload() == null ? "" : "+")));
    return listed;
  }

  private static byte[] key() {
    return "any".getBytes(StandardCharsets.UTF_8);
  }

  static CheckpointChunk chunk(long version, int index, int bytes) {
    return new CheckpointChunk(version, index, ByteBuffer.allocate(bytes));
  }

  @Override
  public void close() {
    transactions.close();
  }
}
