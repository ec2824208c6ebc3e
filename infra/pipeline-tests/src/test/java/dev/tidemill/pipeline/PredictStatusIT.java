package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Checks the outcome that {@code predict} prints per request, and its exit status. */
@WithKafka
class PredictStatusIT {
  private static final String[] FIVE = {"--data", "digits:seed=5", "--limit", "5"};

  private final KafkaCluster kafka;

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
