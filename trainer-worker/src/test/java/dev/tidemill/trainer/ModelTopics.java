package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.LineageReport;
import dev.tidemill.checkpoints.LineageVerifier;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.schemas.wire.WireFormat;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.guarantee.SameBits;
import dev.tidemill.testbed.guarantee.TrainedOnce;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.guarantee.WholeCheckpoints;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.HistoryReader;
import dev.tidemill.testbed.history.Manifest;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The topics of a model on a test's broker: reads their contents and sends batches. */
final class ModelTopics {
  final String model;
  final Topics topics;
  final KafkaClients clients;
  final RecordCodec codec;

  /** Partitions of the batches topic when it was created. */
  int partitions = 1;

  private final String bootstrapServers;

  private ModelTopics(String bootstrapServers, String model) {
    this(bootstrapServers, model, Topics.of("it", model));
  }

  private ModelTopics(String bootstrapServers, String model, Topics topics) {
    this(
        bootstrapServers,
        model,
        topics,
        KafkaSettings.at(bootstrapServers),
        new SingleObjectFormat());
  }

  private ModelTopics(
      String bootstrapServers,
      String model,
      Topics topics,
      KafkaSettings settings,
      WireFormat format) {
    this.bootstrapServers = bootstrapServers;
    this.model = model;
    this.topics = topics;
    this.clients = new KafkaClients(settings);
    this.codec = new RecordCodec(format);
  }

  /** Returns the same topics with other client settings. */
  ModelTopics with(Map<String, String> settings) {
    Map<String, String> given = new HashMap<>(settings);
    given.put(KafkaSettings.BOOTSTRAP_SERVERS, bootstrapServers);
    return new ModelTopics(
        bootstrapServers,
        model,
        topics,
        KafkaSettings.from(Settings.check(given, List.of(KafkaSettings.configDef()))),
        new SingleObjectFormat());
  }

  /** Returns the same topics for a worker that writes another format. */
  ModelTopics writing(WireFormat format) {
    return new ModelTopics(
        bootstrapServers, model, topics, KafkaSettings.at(bootstrapServers), format);
  }

  static ModelTopics create(String bootstrapServers, int partitions) {
    return create(bootstrapServers, partitions, 1);
  }

  static ModelTopics create(String bootstrapServers, int partitions, int requestsPartitions) {
    ModelTopics created = new ModelTopics(bootstrapServers, UniqueName.of("m"));
    created.partitions = partitions;
    try (TopicAdmin admin = new TopicAdmin(created.clients, "it")) {
      List<String> unused =
          admin.create(
              created.topics,
              new TopicPlan(partitions, requestsPartitions, TopicPlan.BROKERS_DEFAULT));
    }
    return created;
  }

  static ModelTopics existing(String bootstrapServers, String model) {
    return new ModelTopics(bootstrapServers, model);
  }

  /** Returns the same model with another batches topic. */
  ModelTopics readingFrom(String batches) {
    return new ModelTopics(
        bootstrapServers, model, topics.withOverride(Topics.Name.BATCHES, batches));
  }

  /** Sends records of these sizes; features 0 to 2 encode the class, with noise. */
  void send(long seed, int partition, int... sizes) throws Exception {
    Random random = new Random(seed);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int size : sizes) {
      records.add(record(partition, batch(random, size)));
    }
    sendAll(records);
  }

  void sendAll(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    try (Producer<byte[], byte[]> producer = clients.producer("it-source")) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        Object unused = producer.send(record).get();
      }
    }
  }

  /** Sends records in one transaction, whose marker takes an offset. */
  void sendInTransaction(long seed, boolean commit, int... sizes) throws Exception {
    try (Producer<byte[], byte[]> producer =
        clients.transactionalProducer("it-source", UniqueName.of("tx"))) {
      producer.initTransactions();
      producer.beginTransaction();
      Random random = new Random(seed);
      for (int size : sizes) {
        Object unused = producer.send(record(0, batch(random, size))).get();
      }
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
    TopicReader.awaitCommits(bootstrapServers);
  }

  ProducerRecord<byte[], byte[]> record(int partition, TrainingBatch batch) {
    ProducerRecord<byte[], byte[]> record = codec.record(topics.batches(), new byte[] {1}, batch);
    return new ProducerRecord<>(record.topic(), partition, record.key(), record.value());
  }

  static TrainingBatch batch(Random random, int size) {
    float[] features = new float[size * LinearEngine.FEATURES];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.nextInt(LinearEngine.CLASSES);
      for (int f = 0; f < LinearEngine.FEATURES; f++) {
        features[i * LinearEngine.FEATURES + f] =
            (float) (random.nextGaussian() * 0.3) + (f == labels[i] ? 1 : 0);
      }
    }
    return batch(features, labels);
  }

  static TrainingBatch batch(float[] features, int[] labels) {
    return TrainingBatch.newBuilder()
        .setSource("test")
        .setSequence(0)
        .setFirstSample(0)
        .setInputs(Tensors.float32(new long[] {labels.length, LinearEngine.FEATURES}, features))
        .setLabels(Tensors.int32(new long[] {labels.length}, labels))
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  /** Sends records that are not batches. */
  void sendRefused(int partition, int records, int bytes) throws Exception {
    Random random = new Random(records);
    for (int i = 0; i < records; i++) {
      byte[] value = new byte[bytes];
      random.nextBytes(value);
      sendAll(List.of(new ProducerRecord<>(topics.batches(), partition, null, value)));
    }
  }

  /** Deletes records before an offset, as retention does. */
  void deleteBefore(String topic, int partition, long offset) throws Exception {
    try (Admin admin = clients.admin("it-delete")) {
      Object unused =
          admin
              .deleteRecords(
                  Map.of(
                      new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
              .all()
              .get();
    }
  }

  /** Deletes and recreates the batches topic. */
  void recreateBatches() throws Exception {
    recreate(Topics.Name.BATCHES);
  }

  /** Deletes a topic, and creates all that are missing again. */
  void recreate(Topics.Name name) throws Exception {
    try (Admin admin = clients.admin("it-recreate");
        TopicAdmin creator = new TopicAdmin(clients, "it")) {
      Object unused = admin.deleteTopics(List.of(topics.get(name))).all().get();
      Eventually.await()
          .ignoreExceptions()
          .until(
              () ->
                  !creator
                      .create(topics, new TopicPlan(partitions, 1, TopicPlan.BROKERS_DEFAULT))
                      .isEmpty());
    }
  }

  /** Returns the group's offset of a batches partition; null before the first commit. */
  @Nullable OffsetAndMetadata groupOffset(int partition) throws Exception {
    try (Admin admin = clients.admin("it-group")) {
      return admin
          .listConsumerGroupOffsets("tidemill-" + model + "-trainer")
          .partitionsToOffsetAndMetadata()
          .get()
          .get(new TopicPartition(topics.batches(), partition));
    }
  }

  static int[] sizes(int records, int size) {
    int[] sizes = new int[records];
    Arrays.fill(sizes, size);
    return sizes;
  }

  /** Reads what happened, with a reader that shares no code with the trainer. */
  History history() {
    return historyReader().read();
  }

  private HistoryReader historyReader() {
    return HistoryReader.of(bootstrapServers, "it", model);
  }

  /**
   * Asserts from the records that each committed sample was trained exactly once in each epoch, and
   * that the last ones wait for a full step (G1, G2, G4, G7).
   *
   * @param trained samples that the newest version must count
   * @param rest the largest number of samples that may be left
   */
  void assertTrainedOnce(long trained, long rest) {
    History history = history();
    Verdict.of(Verdict.onTraining(history).violations(), TrainedOnce.checkDrained(history, rest))
        .require();
    assertThat(newestOf(history).samples()).isEqualTo(trained);
  }

  /** Asserts that another run over the same records has ended with the same bits (G3). */
  void assertSameBitsAs(ModelTopics uninterrupted) {
    Verdict.of(SameBits.check(uninterrupted.end(), end())).require();
  }

  private SameBits.End end() {
    Manifest newest = newestOf(history());
    byte[] payload = historyReader().payload(newest);
    Verdict.of(WholeCheckpoints.checkPayload(newest, payload)).require();
    return new SameBits.End(newest, ByteBuffer.wrap(payload));
  }

  private static Manifest newestOf(History history) {
    List<Manifest> versions = history.versions();
    return versions.get(versions.size() - 1);
  }

  Lineage lineage() {
    TopicReader.awaitCommits(bootstrapServers);
    return Lineage.read(clients, codec, topics, "it-lineage");
  }

  long newestVersion() {
    return lineage().newest().map(Checkpoint::getVersion).orElse(0L);
  }

  Checkpoint newest() {
    return lineage().newest().orElseThrow();
  }

  ModelState state(Checkpoint manifest) {
    try (CheckpointReader reader = CheckpointReader.open(clients, codec, topics, "it-state")) {
      return reader.read(manifest);
    }
  }

  List<String> payloadFaults() {
    TopicReader.awaitCommits(bootstrapServers);
    LineageReport report = new LineageVerifier(clients, codec, topics, "it-verify").verify(true);
    assertThat(report.unread()).isEmpty();
    return report.faults();
  }

  List<DeadLetter> deadLetters() {
    return TopicReader.committed(bootstrapServers, topics.deadLetters()).stream()
        .map(record -> codec.decode(record, DeadLetter.class))
        .toList();
  }
}
