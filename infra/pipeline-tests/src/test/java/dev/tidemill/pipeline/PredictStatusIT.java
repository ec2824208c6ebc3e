package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.ContractFile;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the outcome that {@code predict} prints per request, and its exit status. */
@WithKafka
class PredictStatusIT {
  private static final String[] FIVE = {"--data", "digits:seed=5", "--limit", "5"};

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  PredictStatusIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void isOneIfAllAnswersAreErrors() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "errors");
    try (Answering all = new Answering(pipeline, id -> List.of(error(id)))) {
      Outcome outcome = pipeline.run("predict", FIVE);
      assertThat(outcome.out())
          .hasSize(5)
          .allSatisfy(line -> assertThat(line).contains("error: wrong shape"));
      assertThat(outcome.error()).last().asString().contains("0 missing", "5 errors");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(all).isNotNull();
    }
  }

  @Test
  void isZeroIfSomeAnswersAreErrors() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "some");
    try (Answering some =
        new Answering(pipeline, id -> List.of(id.equals("3") ? error(id) : label(id)))) {
      Outcome outcome = pipeline.run("predict", FIVE).done();
      assertThat(outcome.out()).hasSize(5).anySatisfy(line -> assertThat(line).contains("error:"));
      assertThat(some).isNotNull();
    }
  }

  @Test
  void isOneIfAnAnswerIsMissingOrDuplicate() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "missing");
    try (Answering most =
        new Answering(
            pipeline,
            id ->
                switch (id) {
                  case "1" -> List.of();
                  case "2" -> List.of(label(id), label(id));
                  default -> List.of(label(id));
                })) {
      Outcome outcome =
          pipeline.run(
              "predict",
              "--data",
              "digits:seed=5",
              "--limit",
              "5",
              "--json",
              "--set",
              "requests.timeout.ms=3000");
      assertThat(outcome.rows())
          .extracting(row -> row.get("request").asText())
          .containsExactlyInAnyOrder("0", "1", "2", "3", "4");
      assertThat(outcome.rows())
          .filteredOn(row -> row.has("missing"))
          .singleElement()
          .satisfies(row -> assertThat(row.get("request").asText()).isEqualTo("1"));
      assertThat(outcome.error())
          .anySatisfy(line -> assertThat(line).contains("another answer to request 2"));
      assertThat(outcome.summary().get("missing").asInt()).isEqualTo(1);
      assertThat(outcome.summary().get("duplicates").asInt()).isEqualTo(1);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(most).isNotNull();
    }
  }

  /** A line that is skipped changes no other request's number. */
  @Test
  void isOneIfALineOfStandardInputIsSkipped() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "skipped");
    Path input =
        Files.writeString(
            folder.resolve("asked.jsonl"),
            """
            {"inputs": [0.5, 21]}
            {"inputs": [0.75, 22]}
            {"inputs": [0.875, 23
            {"inputs": [1.5, 24]}
            """);
    try (Answering all = new Answering(pipeline, id -> List.of(label(id)))) {
      Outcome outcome =
          Commands.run(pipeline.arguments("predict", "--data", "jsonl:-", "--json"), input);
      assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(1);
      assertThat(outcome.error())
          .filteredOn(line -> line.contains("skipped:"))
          .singleElement()
          .asString()
          .startsWith("predict: skipped: standard input line 3: not JSON");
      assertThat(outcome.rows())
          .extracting(row -> row.get("request").asText())
          .containsExactlyInAnyOrder("0", "1", "3");
      assertThat(outcome.summary().get("skipped").asInt()).isEqualTo(1);
      assertThat(outcome.summary().get("missing").asInt()).isZero();
      assertThat(all).isNotNull();
    }
  }

  /** Anybody can write to the topics, and Avro accepts what contradicts itself. */
  @Test
  void isOneIfTheContractContradictsItself() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "foreign");
    pipeline.send(List.of(batch(pipeline, Map.of("class.names", "oak;elm", "mean", "[0.5"))));
    Path table =
        Files.write(folder.resolve("trees.csv"), List.of("height,girth", "17.5,1.25", "9.5,0.75"));
    String[] asked = {"--data", "csv:" + table};
    try (Answering all = new Answering(pipeline, id -> List.of(label(id)))) {
      assertThat(pipeline.run("predict", asked).done().out()).hasSize(2);
      DataContract contract =
          ContractFile.parse(
                  """
                  features: [{name: height}, {name: girth}]
                  label: {name: tree, classes: [oak, elm]}
                  """)
              .asFirst(pipeline.model, "test", Instant.EPOCH)
              .record();
      Map<String, Consumer<DataContract>> contradictions =
          Map.of(
              "make a vector of 2, but the shape is [6]",
              record -> record.setShape(List.of(6L)),
              "`oak leaf` stands there twice",
              record ->
                  Objects.requireNonNull(record.getLabel())
                      .setClasses(List.of("oak\nleaf", "oak\nleaf")));
      for (Map.Entry<String, Consumer<DataContract>> contradiction : contradictions.entrySet()) {
        DataContract foreign = DataContract.newBuilder(contract).build();
        contradiction.getValue().accept(foreign);
        pipeline.send(List.of(contract(pipeline, foreign)));
        Outcome outcome = pipeline.run("predict", asked);
        assertThat(outcome.error())
            .singleElement()
            .asString()
            .startsWith("tidemill: contract version 1 of model " + pipeline.model + ": ")
            .contains(contradiction.getKey())
            .doesNotContain("Exception", "Index");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.status()).isEqualTo(1);
      }
      ProducerRecord<byte[], byte[]> whole = contract(pipeline, contract);
      byte[] truncated = Arrays.copyOf(whole.value(), whole.value().length / 2);
      pipeline.send(List.of(new ProducerRecord<>(whole.topic(), whole.key(), truncated)));
      Outcome outcome = pipeline.run("predict", asked);
      assertThat(outcome.error())
          .singleElement()
          .asString()
          .startsWith("tidemill: ")
          .contains(pipeline.topics.contract() + "-0", "offset 2")
          .doesNotContain("Exception", "Index");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(all).isNotNull();
    }
  }

  private static ProducerRecord<byte[], byte[]> batch(
      Pipeline pipeline, Map<String, String> metadata) {
    TrainingBatch batch =
        TrainingBatch.newBuilder()
            .setSource("foreign")
            .setSequence(0)
            .setFirstSample(0)
            .setInputs(Tensors.float32(new long[] {1, 2}, new float[] {12.5f, 0.5f}))
            .setLabels(Tensors.int32(new long[] {1}, new int[] {1}))
            .setMetadata(metadata)
            .setCreatedAt(Instant.EPOCH)
            .build();
    return pipeline.codec.record(pipeline.topics.batches(), bytes("foreign"), batch);
  }

  private static ProducerRecord<byte[], byte[]> contract(Pipeline pipeline, DataContract contract) {
    byte[] key = bytes(Integer.toString(contract.getVersion()));
    return pipeline.codec.record(pipeline.topics.contract(), key, contract);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Prediction label(String id) {
    return prediction(id).setLabel(1).build();
  }

  private static Prediction error(String id) {
    return prediction(id).setOutputs(List.of()).setError("wrong shape").build();
  }

  private static Prediction.Builder prediction(String id) {
    return Prediction.newBuilder()
        .setRequestId(id)
        .setModel("m")
        .setModelVersion(3)
        .setVersionAgeMs(10)
        .setOutputs(List.of(0.5f, 0.5f))
        .setQueuedUs(1)
        .setComputedUs(1)
        .setBatchSize(1)
        .setRequestedAt(Instant.EPOCH)
        .setCreatedAt(Instant.EPOCH)
        .setWorker("test");
  }

  /** Answers requests like an inference worker, with answers that the test chooses. */
  private static final class Answering implements AutoCloseable {
    private final Pipeline pipeline;
    private final Function<String, List<Prediction>> answers;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread = new Thread(this::answer, "answering");

    Answering(Pipeline pipeline, Function<String, List<Prediction>> answers) {
      this.pipeline = pipeline;
      this.answers = answers;
      thread.start();
    }

    private void answer() {
      Map<String, Object> settings = Map.of("bootstrap.servers", pipeline.bootstrapServers);
      try (KafkaConsumer<byte[], byte[]> consumer =
              new KafkaConsumer<>(
                  settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
          KafkaProducer<byte[], byte[]> producer =
              new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(pipeline.topics.requests()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!closed.get()) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
            answer(record, producer);
          }
          producer.flush();
        }
      }
    }

    private void answer(
        ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
      String id = pipeline.codec.decode(record, PredictionRequest.class).getRequestId();
      for (Prediction answer : answers.apply(id)) {
        ProducerRecord<byte[], byte[]> encoded =
            pipeline.codec.record(
                pipeline.topics.predictions(), record.key(), answer, record.headers());
        var unused = producer.send(encoded);
      }
    }

    @Override
    public void close() {
      closed.set(true);
      Eventually.await().until(() -> !thread.isAlive());
    }
  }
}
