package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what {@code doctor} finds on one broker: nothing, and faults that are brought about. */
@WithKafka
class DoctorCommandIT {
  private final KafkaCluster kafka;
  private final Admin admin;

  DoctorCommandIT(KafkaCluster kafka) {
    this.kafka = kafka;
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void findsNothingWrongWithAPipelineThatServes(@TempDir Path folder) throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "healthy");
    TinyModel tiny = TinyModel.in(folder);
    Outcome unused = tiny.produce(pipeline).done();
    Outcome unusedToo = tiny.train(pipeline).done();
    try (ServingThread serving = new ServingThread(pipeline)) {
      assertThat(serving.awaitReadyOrRefused()).isEmpty();
      Eventually.await().until(() -> serves(pipeline));

      Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor"));

      assertThat(diagnosis.status()).as("%s", diagnosis).isZero();
      assertThat(diagnosis.checks()).containsExactlyElementsOf(Diagnosis.CHECKS);
      // How full the disk is, is up to the machine.
      assertThat(diagnosis.without("disk")).allMatch(line -> line.contains("  ok  "));
      assertThat(diagnosis.line("brokers")).contains("1 broker (1 at 127.0.0.1:");
      assertThat(diagnosis.line("clocks")).contains("broker 1's clock is");
      assertThat(diagnosis.line("disk")).contains(" GiB left (").doesNotContain("not checked");
      assertThat(diagnosis.line("workers")).contains("1 inference READY");
      assertThat(diagnosis.line("pipeline"))
          .containsPattern("version \\d+ answered a request within");
    }
    assertThat(pipeline.requests())
        .singleElement()
        .extracting(PredictionRequest::getRequestId)
        .asString()
        .startsWith("doctor-");
    assertThat(pipeline.predictions()).singleElement().matches(each -> each.getError() == null);
    assertThat(pipeline.deadLetters()).isEmpty();
    Eventually.await().until(() -> probeTopics(pipeline).isEmpty());
  }

  @Test
  void saysWhatToStartIfNobodyServes() {
    Pipeline pipeline = Pipeline.create(kafka, "alone");

    Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor"));

    assertThat(diagnosis.status()).as("%s", diagnosis).isZero();
    assertThat(diagnosis.line("workers"))
        .contains("  warning  ", "no worker of model " + pipeline.model + " runs");
    assertThat(diagnosis.line("pipeline"))
        .contains("  not checked  ", "fix: tidemill serve --model " + pipeline.model);
  }

  @Test
  void writesNothingWithoutProbes() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "untouched");
    Set<String> before = admin.listTopics().names().get();

    Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor", "--no-probe"));

    assertThat(diagnosis.status()).as("%s", diagnosis).isZero();
    assertThat(diagnosis.line("clocks")).contains("  not checked  ", "--no-probe");
    assertThat(diagnosis.line("pipeline")).contains("  not checked  ", "--no-probe");
    assertThat(diagnosis.lines("transactions"))
        .anyMatch(line -> line.contains("not checked") && line.contains("--no-probe"));
    assertThat(admin.listTopics().names().get()).isEqualTo(before);
    assertThat(pipeline.topics.requests())
        .satisfies(
            topic ->
                assertThat(TopicReader.uncommitted(kafka.bootstrapServers(), topic)).isEmpty());
  }

  @Test
  void namesAMissingTopicAndTheCommandThatCreatesIt() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "missing");
    admin.deleteTopics(List.of(pipeline.topics.labels())).all().get();
    Eventually.await()
        .until(() -> !admin.listTopics().names().get().contains(pipeline.topics.labels()));

    Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor", "--no-probe"));

    assertThat(diagnosis.status()).isEqualTo(1);
    assertThat(diagnosis.line("topics"))
        .contains(
            "  error  ",
            "topic " + pipeline.topics.labels() + " does not exist",
            "fix: tidemill topics create --model " + pipeline.model);
    assertThat(diagnosis.line("workers")).contains("  not checked  ");
  }

  @Test
  void namesASettingThatBreaksTheContract() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "deleting");
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, pipeline.topics.checkpoints());
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            topic,
            List.of(
                new AlterConfigOp(
                    new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(change).all().get();

    Eventually.await()
        .untilAsserted(
            () -> {
              Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor", "--no-probe"));
              assertThat(diagnosis.status()).isEqualTo(1);
              assertThat(diagnosis.line("topics"))
                  .contains(
                      "cleanup.policy is delete, must be compact",
                      "fix: tidemill topics create --repair --model " + pipeline.model);
            });
  }

  @Test
  void namesATransactionThatHoldsUpReaders() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "hanging");
    String topic = pipeline.topics.batches();
    String id = pipeline.model + "-hanging";
    try (KafkaProducer<byte[], byte[]> producer = hanging(id)) {
      producer.initTransactions();
      producer.beginTransaction();
      var unused = producer.send(new ProducerRecord<>(topic, 0, null, new byte[1])).get();

      Eventually.await()
          .untilAsserted(
              () -> {
                Diagnosis diagnosis =
                    Diagnosis.of(
                        pipeline.run("doctor", "--no-probe", "--set", "read.timeout.ms=5000"));
                assertThat(diagnosis.status()).isEqualTo(1);
                assertThat(diagnosis.lines("transactions").get(0))
                    .contains(
                        "  error  ",
                        topic + "-0 has a transaction of producer ",
                        "transactional.id " + id,
                        "longer than readers wait (read.timeout.ms=5000)",
                        "kafka-transactions --bootstrap-server "
                            + kafka.bootstrapServers()
                            + " abort --topic "
                            + topic
                            + " --partition 0 --start-offset 0");
              });
      producer.abortTransaction();
    }
  }

  @Test
  void saysOnceThatNoBrokerAnswersAndSkipsTheRest() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    Pipeline pipeline = Pipeline.over("127.0.0.1:" + closed, "nowhere");

    Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor"));

    assertThat(diagnosis.status()).isEqualTo(1);
    assertThat(diagnosis.checks()).containsExactlyElementsOf(Diagnosis.CHECKS);
    assertThat(diagnosis.line("brokers"))
        .contains("  error  ", "no Kafka broker answers at 127.0.0.1:" + closed, "nothing listens");
    assertThat(diagnosis.without("brokers"))
        .allMatch(line -> line.contains("  not checked  no broker answers"));
  }

  @Test
  void printsFindingsAsJson() {
    Pipeline pipeline = Pipeline.create(kafka, "json");

    Outcome outcome = pipeline.run("doctor", "--no-probe", "--json").done();

    assertThat(outcome.rows())
        .allMatch(row -> row.has("check") && row.has("result") && row.has("found"))
        .anyMatch(
            row ->
                row.get("check").asText().equals("workers")
                    && row.get("result").asText().equals("warning")
                    && row.get("fix").asText().contains("tidemill train"));
  }

  private boolean serves(Pipeline pipeline) {
    return Announcements.of(kafka.bootstrapServers(), pipeline.topics).events().stream()
        .anyMatch(
            event ->
                event.getRole() == WorkerRole.INFERENCE
                    && event.getVersion() > 0
                    && event.getState().equals("READY"));
  }

  private List<String> probeTopics(Pipeline pipeline) throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(topic -> topic.startsWith("tidemill-doctor." + pipeline.model))
        .toList();
  }

  private KafkaProducer<byte[], byte[]> hanging(String id) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "transactional.id",
            id,
            "transaction.timeout.ms",
            600_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
