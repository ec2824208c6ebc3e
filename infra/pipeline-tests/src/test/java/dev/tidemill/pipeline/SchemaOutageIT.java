package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that an outage of the registry delays records, but loses no record and ends no worker. */
@WithKafka
class SchemaOutageIT {
  /** An id that the registry has not assigned. */
  private static final byte[] UNKNOWN_ID = {0, 0, 1, 0, 0, 7};

  private static final long SAMPLES = 640;

  private final KafkaCluster kafka;
  private RegistryServer registry;
  private Pipeline pipeline;
  private RecordCodec codec;

  SchemaOutageIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void start() throws Exception {
    registry = new RegistryServer();
    pipeline = Pipeline.create(kafka, "outage");
    Settings settings =
        Settings.check(
            Map.of(RegistrySettings.URL, registry.url()), List.of(KafkaSettings.configDef()));
    codec = new RecordCodec(ProtocolSettings.from(settings).wireFormat());
    Outcome unused =
        pipeline
            .run("produce", "--data", "digits", "--limit", Long.toString(SAMPLES), "--set", url())
            .done();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void trainerWaitsForTheRegistry() throws Exception {
    pipeline.send(List.of(new ProducerRecord<>(pipeline.topics.batches(), 0, null, UNKNOWN_ID)));
    registry.startOutage();
    try (ChildJvm trainer = pipeline.start("train", "--epochs", "1", "--set", url())) {
      // More requests than a single call makes.
      Eventually.await().until(() -> registry.refused() > 10);
      assertThat(trainer.isAlive()).isTrue();
      registry.endOutage();
      assertThat(trainer.awaitExit(Duration.ofMinutes(2))).as("%s", trainer.error()).isZero();
    }
    TopicReader.awaitCommits(kafka.bootstrapServers());
    assertThat(read(pipeline.topics.checkpoints(), Checkpoint.class))
        .last()
        .extracting(Checkpoint::getSamples)
        .isEqualTo(SAMPLES);
    deadLetter(pipeline.topics.batches());
  }

  @Test
  void inferenceWorkerWaitsForTheRegistry() throws Exception {
    Outcome unused = pipeline.run("train", "--epochs", "1", "--set", url()).done();
    ProducerRecord<byte[], byte[]> request = request();
    try (ChildJvm worker = pipeline.start("serve", "--set", url())) {
      worker.waitForLine("serving version");
      registry.startOutage();
      String requests = pipeline.topics.requests();
      pipeline.send(
          List.of(
              new ProducerRecord<>(requests, 0, null, request.value()),
              new ProducerRecord<>(requests, 0, null, UNKNOWN_ID),
              new ProducerRecord<>(requests, 1, null, request.value())));
      Eventually.await().until(() -> registry.refused() > 10);
      assertThat(worker.isAlive()).isTrue();
      assertThat(read(pipeline.topics.predictions(), Prediction.class)).isEmpty();
      registry.endOutage();
      Eventually.await()
          .until(() -> read(pipeline.topics.predictions(), Prediction.class).size() == 2);
      // The worker looks up the unknown id only after it answered the requests before it.
      Eventually.await()
          .until(() -> !read(pipeline.topics.deadLetters(), DeadLetter.class).isEmpty());
      assertThat(worker.isAlive()).isTrue();
    }
    deadLetter(pipeline.topics.requests());
  }

  @Test
  void producerWaitsForTheRegistry() throws Exception {
    registry.startOutage();
    try (ChildJvm producer =
        pipeline.start(
            "produce",
            "--data=digits:seed=5",
            "--limit=" + SAMPLES,
            "--set=schema.registry.timeout.ms=100",
            "--set=" + url())) {
      // A single call has given up by then.
      Eventually.await().until(() -> registry.refused() > 2);
      Object unused =
          producer.waitForLine("is degraded: schema registry: .* answers with status 503");
      registry.endOutage();
      assertThat(producer.awaitExit(Duration.ofMinutes(2))).as("%s", producer.error()).isZero();
      assertThat(producer.error())
          .last()
          .asString()
          .startsWith("produce: sent " + SAMPLES + " samples");
    }
  }

  @Test
  void producerFailsAfterTheDeliveryTimeout() throws Exception {
    registry.startOutage();
    Outcome outcome =
        pipeline.run(
            "produce",
            "--data=digits:seed=5",
            "--limit=" + SAMPLES,
            "--set=producer.delivery.timeout.ms=1000",
            "--set=producer.request.timeout.ms=500",
            "--set=producer.linger.ms=0",
            "--set=schema.registry.timeout.ms=100",
            "--set=" + url());
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(1);
    assertThat(outcome.error())
        .anyMatch(
            line ->
                line.startsWith("tidemill: nothing was sent to " + pipeline.topics.batches())
                    && line.contains("within 1000 ms (producer.delivery.timeout.ms)")
                    && line.contains("answers with status 503"))
        .contains(
            "produce: sent 0 samples in 0 records",
            "produce: run the same command again: it continues at sample 0");
  }

  private void deadLetter(String topic) {
    List<DeadLetter> letters = read(pipeline.topics.deadLetters(), DeadLetter.class);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).getTopic()).isEqualTo(topic);
    assertThat(letters.get(0).getReason()).contains("has no schema with the id 65536");
  }

  private ProducerRecord<byte[], byte[]> request() {
    PredictionRequest request =
        PredictionRequest.newBuilder()
            .setRequestId("r")
            .setInputs(Tensors.uint8(new long[] {1, 28, 28}, new byte[28 * 28]))
            .setCreatedAt(Instant.EPOCH)
            .build();
    return codec.record(pipeline.topics.requests(), null, request);
  }

  private String url() {
    return RegistrySettings.URL + "=" + registry.url();
  }

  private <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    return TopicReader.committed(kafka.bootstrapServers(), topic).stream()
        .map(record -> codec.decode(record, type))
        .toList();
  }
}
