package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.SafeTensorsImage;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.guarantee.AnsweredOnce;
import dev.tidemill.testbed.guarantee.OneVersionPerAnswer;
import dev.tidemill.testbed.guarantee.RefusedRequests;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.HistoryReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** One model's topics on a broker, records as a trainer and callers write them, and workers. */
final class ServingFixture implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final int CHUNK_BYTES = 100;
  private static final int MAX_CHUNKS = 100;

  final String model;
  final String bootstrapServers;
  final Topics topics;
  final KafkaClients clients;
  final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  final Producer<byte[], byte[]> producer;
  private final Transactions publishing;
  private int contract;

  private ServingFixture(String bootstrapServers, String model) {
    this.model = model;
    this.bootstrapServers = bootstrapServers;
    this.topics = Topics.of("tidemill", model);
    this.clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
    this.producer = clients.producer("fixture");
    this.publishing =
        new Transactions(clients.transactionalProducer("trainer", model), model, "test");
  }

  /** Creates a fixture with the topics of a new model. */
  static ServingFixture create(String bootstrapServers) {
    ServingFixture fixture = new ServingFixture(bootstrapServers, UniqueName.of("serve"));
    var unused = fixture.createTopics();
    return fixture;
  }

  /** Creates the topics that do not exist, and returns their names. */
  List<String> createTopics() {
    try (TopicAdmin admin = new TopicAdmin(clients, "fixture-admin")) {
      return admin.create(topics, new TopicPlan(1, PARTITIONS, TopicPlan.BROKERS_DEFAULT));
    }
  }

  InferenceWorker worker(String name, LinearEngine engine) {
    return worker(name, engine, ProcessingGuarantee.EXACTLY_ONCE);
  }

  InferenceWorker worker(String name, LinearEngine engine, ProcessingGuarantee guarantee) {
    return worker(bootstrapServers, model, name, engine, guarantee);
  }

  /** Creates a worker with this health timeout. */
  InferenceWorker worker(
      String name, LinearEngine engine, Duration healthTimeout, Metrics metrics) {
    return worker(
        KafkaSettings.at(bootstrapServers),
        new InferenceSettings(
            model,
            name,
            1,
            16,
            Duration.ofMillis(1),
            ProcessingGuarantee.EXACTLY_ONCE,
            healthTimeout),
        engine,
        metrics);
  }

  /** Creates a worker with this timeout for reading a topic to its end. */
  InferenceWorker worker(String name, LinearEngine engine, Duration readTimeout) {
    return worker(
        new KafkaSettings(bootstrapServers, Map.of(), Map.of(), Map.of(), Map.of(), readTimeout),
        new InferenceSettings(
            model,
            name,
            1,
            16,
            Duration.ofMillis(1),
            ProcessingGuarantee.EXACTLY_ONCE,
            Duration.ofSeconds(3)),
        engine,
        new Metrics("m"));
  }

  /** Creates a worker with several serving threads. */
  InferenceWorker worker(String name, LinearEngine engine, int threads) {
    return worker(bootstrapServers, model, name, threads, engine, ProcessingGuarantee.EXACTLY_ONCE);
  }

  static InferenceWorker worker(
      String bootstrapServers,
      String model,
      String name,
      LinearEngine engine,
      ProcessingGuarantee guarantee) {
    return worker(bootstrapServers, model, name, 1, engine, guarantee);
  }

  private static InferenceWorker worker(
      String bootstrapServers,
      String model,
      String name,
      int threads,
      Engine engine,
      ProcessingGuarantee guarantee) {
    return worker(
        KafkaSettings.at(bootstrapServers),
        new InferenceSettings(
            model, name, threads, 16, Duration.ofMillis(1), guarantee, HealthTimeout.STANDARD),
        engine,
        new Metrics("m"));
  }

  /** Creates a worker with settings for its consumers. */
  InferenceWorker worker(String name, Engine engine, Map<String, String> consumerSettings) {
    return worker(name, engine, consumerSettings, new Metrics("m"));
  }

  InferenceWorker worker(
      String name, Engine engine, Map<String, String> consumerSettings, Metrics metrics) {
    return worker(
        new KafkaSettings(bootstrapServers, Map.of(), Map.of(), consumerSettings, Map.of()),
        new InferenceSettings(
            model,
            name,
            1,
            16,
            Duration.ZERO,
            ProcessingGuarantee.EXACTLY_ONCE,
            HealthTimeout.STANDARD),
        engine,
        metrics);
  }

  /** Creates a worker that reads and writes another wire format. */
  InferenceWorker worker(String name, LinearEngine engine, RecordCodec codec) {
    InferenceSettings settings =
        new InferenceSettings(
            model,
            name,
            1,
            16,
            Duration.ofMillis(1),
            ProcessingGuarantee.EXACTLY_ONCE,
            HealthTimeout.STANDARD);
    return worker(KafkaSettings.at(bootstrapServers), settings, engine, codec, new Metrics("m"));
  }

  private static InferenceWorker worker(
      KafkaSettings kafka, InferenceSettings settings, Engine engine, Metrics metrics) {
    return worker(kafka, settings, engine, new RecordCodec(new SingleObjectFormat()), metrics);
  }

  private static InferenceWorker worker(
      KafkaSettings kafka,
      InferenceSettings settings,
      Engine engine,
      RecordCodec codec,
      Metrics metrics) {
    return InferenceWorker.of(
        settings,
        engine,
        new KafkaClients(kafka),
        codec,
        Topics.of("tidemill", settings.model()),
        metrics,
        Clock.systemUTC());
  }

  /** Writes a data contract, which the versions that are published next name. */
  void writeContract(Contract written) throws Exception {
    producer.send(contracts().record(written.record())).get();
    trainWith(written.version());
  }

  /** Sets the version of the data contract that the versions that are published next name. */
  void trainWith(int version) {
    contract = version;
  }

  private ContractLog contracts() {
    return ContractLog.of(clients, codec, topics, "fixture-contract");
  }

  /** Sends a request with named raw values. */
  void askNamed(String id, Map<String, Object> values) throws Exception {
    askWith(id, null, values);
  }

  void askWith(String id, @Nullable Tensor inputs, @Nullable Map<String, Object> values)
      throws Exception {
    PredictionRequest request = new PredictionRequest(id, inputs, values, Instant.now());
    producer.send(codec.record(topics.requests(), 0, bytes("key-" + id), request)).get();
  }

  /** Publishes a version whose answers reveal its number. */
  void publish(long version) throws Exception {
    publish(version, Versions.state(Versions.SPEC, version));
  }

  void publish(long version, ModelState state) throws Exception {
    SafeTensorsImage image = SafeTensorsImage.of(state, true);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    List<byte[]> chunks = new ArrayList<>();
    int chunkBytes = Math.max(CHUNK_BYTES, state.data().capacity() / MAX_CHUNKS);
    for (int i = 0; i < image.chunks(chunkBytes); i++) {
      ByteBuffer view = image.chunk(i, chunkBytes);
      byte[] chunk = new byte[view.remaining()];
      view.get(chunk);
      chunks.add(chunk);
      sha256.update(chunk);
    }
    publish(version, state.spec(), chunks, HexFormat.of().formatHex(sha256.digest()));
  }

  /** Publishes chunks and manifest in one transaction, as a trainer does. */
  void publish(long version, ModelSpec spec, List<byte[]> chunks, String sha256) throws Exception {
    publishing.run(
        transaction -> {
          List<ChunkLocation> locations = new ArrayList<>();
          long bytes = 0;
          for (int i = 0; i < chunks.size(); i++) {
            byte[] chunk = chunks.get(i);
            RecordMetadata at =
                transaction
                    .send(
                        codec.record(
                            topics.checkpointChunks(),
                            bytes(version + "/" + i),
                            new CheckpointChunk(version, i, ByteBuffer.wrap(chunk))))
                    .get();
            locations.add(new ChunkLocation(at.partition(), at.offset(), chunk.length));
            bytes += chunk.length;
          }
          Payload payload = new Payload(bytes, sha256, locations);
          Checkpoint manifest = manifest(version, spec, payload);
          return transaction
              .send(codec.record(topics.checkpoints(), bytes("" + version), manifest))
              .get();
        });
  }

  private Checkpoint manifest(long version, ModelSpec spec, Payload payload) {
    return Checkpoint.newBuilder()
        .setModel(model)
        .setVersion(version)
        .setParent(version == 1 ? null : version - 1)
        .setSpec(spec.toYaml())
        .setContract(contract)
        .setEngine("linear")
        .setTopic(topics.batches())
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(version)
        .setSamples(version)
        .setPayload(payload)
        .setCreatedAt(Instant.now())
        .build();
  }

  /** Sends a request whose id, first value and partition follow from a number. */
  void ask(int number) throws ExecutionException, InterruptedException {
    send(number).get();
  }

  void ask(String id, Tensor inputs, int partition)
      throws ExecutionException, InterruptedException {
    send(id, inputs, partition).get();
  }

  /** Answers a request that was sent by its number, as another worker with version 1 would. */
  void answer(int partition, long offset) throws Exception {
    Prediction answer = answerTo(partition, offset);
    byte[] key = bytes("key-" + answer.getRequestId());
    producer.send(codec.record(topics.predictions(), partition, key, answer)).get();
  }

  /** Returns the answer to a request that was sent by its number. */
  Prediction answerTo(int partition, long offset) throws Exception {
    long number = offset * PARTITIONS + partition;
    return Prediction.newBuilder()
        .setRequestId(Long.toString(number))
        .setRequestTopicId(requestsId())
        .setRequestPartition(partition)
        .setRequestOffset(offset)
        .setModel(model)
        .setModelVersion(1)
        .setVersionAgeMs(0)
        .setLabel(null)
        .setOutputs(Collections.nCopies(4, Versions.answer(1, (float) number)))
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(1)
        .setRequestedAt(Instant.now())
        .setCreatedAt(Instant.now())
        .setWorker("another")
        .build();
  }

  private String requestsId() throws ExecutionException, InterruptedException {
    try (Admin admin = clients.admin("fixture-admin")) {
      Map<String, TopicDescription> found =
          admin.describeTopics(List.of(topics.requests())).allTopicNames().get();
      return Objects.requireNonNull(found.get(topics.requests())).topicId().toString();
    }
  }

  /** Like {@link #ask}, without waiting for the acknowledgement. */
  Future<RecordMetadata> send(int number) {
    return send(
        Integer.toString(number),
        Tensors.float32(new long[] {2}, new float[] {number, 0}),
        number % PARTITIONS);
  }

  private Future<RecordMetadata> send(String id, Tensor inputs, int partition) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", bytes("trace-" + id));
    return send(id, inputs, partition, headers);
  }

  void ask(String id, Tensor inputs, int partition, Iterable<Header> headers)
      throws ExecutionException, InterruptedException {
    send(id, inputs, partition, headers).get();
  }

  private Future<RecordMetadata> send(
      String id, Tensor inputs, int partition, Iterable<Header> headers) {
    PredictionRequest request = new PredictionRequest(id, inputs, null, Instant.now());
    ProducerRecord<byte[], byte[]> record =
        codec.record(topics.requests(), bytes("key-" + id), request);
    return producer.send(
        new ProducerRecord<>(topics.requests(), partition, record.key(), record.value(), headers));
  }

  List<DeadLetter> deadLetters() {
    return TopicReader.committed(bootstrapServers, topics.deadLetters()).stream()
        .map(record -> codec.decode(record, DeadLetter.class))
        .toList();
  }

  /** Reads what happened, with a reader that shares no code with the worker. */
  History history() {
    return HistoryReader.of(bootstrapServers, "tidemill", model).read();
  }

  /**
   * Fails unless each of the first {@code requests} requests has exactly one answer without an
   * error, by one version (G5, G6, G7).
   */
  void assertEachIsAnsweredOnce(int requests) {
    History history = history();
    assertThat(history.committedAnswers()).allMatch(answer -> answer.error().isEmpty());
    assertEachHasOneAnswer(history, requests);
  }

  /** Fails unless each of the first {@code requests} requests has exactly one answer or error. */
  static void assertEachHasOneAnswer(History history, int requests) {
    Verdict.of(
            AnsweredOnce.check(history),
            OneVersionPerAnswer.check(history),
            OneVersionPerAnswer.check(
                history,
                (answer, request) ->
                    !answer.outputs().isEmpty()
                        && Versions.isByVersion(
                            answer.version(), Float.parseFloat(request.id()), answer.outputs())),
            RefusedRequests.check(history))
        .require();
    assertThat(history.committedAnswers())
        .extracting(answer -> Integer.parseInt(answer.requestId()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, requests).boxed().toList());
  }

  List<Prediction> predictions() {
    return predictions(codec);
  }

  /** Returns the committed predictions, which a worker wrote in another wire format. */
  List<Prediction> predictions(RecordCodec codec) {
    return TopicReader.committed(bootstrapServers, topics.predictions()).stream()
        .map(record -> codec.decode(record, Prediction.class))
        .toList();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    publishing.close();
    producer.close();
  }
}
