package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.local.EmbeddedCluster;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that {@code produce} reports what the brokers committed. */
@WithKafka
class SendingIT {
  private static final Pattern SENT = Pattern.compile("produce: sent ([0-9,]+) samples");

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  SendingIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void succeedsBehindAnotherProducersOpenTransaction() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "open");
    String other = "dead-producer-" + pipeline.model;
    try (KafkaProducer<byte[], byte[]> dead = transactional(other)) {
      dead.initTransactions();
      dead.beginTransaction();
      dead.send(new ProducerRecord<>(pipeline.topics.batches(), new byte[] {1})).get();

      Outcome outcome = pipeline.run("produce", "--data", "digits:seed=1", "--limit", "320");

      assertThat(outcome.error())
          .anySatisfy(line -> assertThat(line).contains("sent 320 samples in 10 records"))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("committed", "open transaction", other, pipeline.topics.batches()));
      assertThat(outcome.status()).isZero();
      dead.abortTransaction();
    }
    assertThat(committedSamples(kafka.bootstrapServers(), pipeline)).isEqualTo(320);
  }

  @Test
  void failsIfALineOfStandardInputIsSkipped() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "skipped");
    Path input =
        Files.writeString(
            folder.resolve("sent.jsonl"),
            """
            {"inputs": [3.5, 11], "label": 0}
            {"inputs": [4.5, 12], "label": 1}
            {"inputs": [5.5, 13], "label": 1}}
            {"inputs": [6.5, 14], "label": 0}
            """);

    Outcome outcome =
        Commands.run(
            pipeline.arguments("produce", "--data", "jsonl:-", "--set", "send.linger.ms=60000"),
            input);

    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(1);
    assertThat(outcome.error())
        .anySatisfy(
            line -> assertThat(line).startsWith("produce: skipped: standard input line 3: "))
        .anySatisfy(line -> assertThat(line).contains("sent 3 samples in 1 records, skipped 1"));
    assertThat(TopicReader.committed(kafka.bootstrapServers(), pipeline.topics.batches()))
        .singleElement()
        .extracting(record -> pipeline.codec.decode(record, TrainingBatch.class))
        .extracting(batch -> batch.getLabels().getShape())
        .isEqualTo(List.of(3L));
  }

  @Test
  void refusesAPositionInARecreatedTopic() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "recreated");
    String[] source = {"--data", "digits:seed=1", "--limit", "320"};
    Outcome first = pipeline.run("produce", source).done();
    assertThat(first.status()).isZero();
    recreateBatches(pipeline);

    Outcome refused = pipeline.run("produce", source);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.error())
        .noneSatisfy(line -> assertThat(line).contains("nothing left to send"))
        .last()
        .asString()
        .contains(pipeline.topics.batches(), "was recreated")
        .contains("send.recreated.topic=restart", "send.recreated.topic=continue");

    Outcome restarted =
        pipeline.run(
            "produce",
            "--data",
            "digits:seed=1",
            "--limit",
            "320",
            "--set",
            "send.recreated.topic=restart");
    assertThat(restarted.status()).as("%s", restarted.error()).isZero();
    assertThat(committedSamples(kafka.bootstrapServers(), pipeline)).isEqualTo(320);
    assertThat(pipeline.run("produce", source).done().error())
        .last()
        .asString()
        .contains("nothing left to send");
  }

  @Test
  void reportsOnlyWhatTheBrokersAcknowledged(@TempDir Path directory) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(directory, 1)) {
      Pipeline pipeline = Pipeline.create(cluster.bootstrapServers(), "lost");
      stopsWhileTheBrokerIsGone(
          cluster, pipeline, List.of("--data", "digits"), "it begins at sample 0");
      stopsWhileTheBrokerIsGone(
          cluster,
          pipeline,
          List.of("--data", "digits:seed=1", "--limit", "10000000"),
          "it continues at sample");
    }
  }

  /** Stops the broker while {@code produce} sends from an endless or a resumable source. */
  private static void stopsWhileTheBrokerIsGone(
      EmbeddedCluster cluster, Pipeline pipeline, List<String> source, String continues)
      throws Exception {
    long before = committedSamples(cluster.bootstrapServers(), pipeline);
    List<String> options = new ArrayList<>(source);
    options.addAll(List.of("--rate", "5000", "--set", "send.close.timeout.ms=3000"));
    long reported;
    try (ChildJvm produce = pipeline.start("produce", options.toArray(String[]::new))) {
      Eventually.await()
          .until(() -> committedSamples(cluster.bootstrapServers(), pipeline) > before + 1_000);
      cluster.stop(1);
      produce.waitForLine("producer-" + pipeline.model + " is degraded: broker");
      produce.terminate();
      assertThat(produce.awaitExit(Duration.ofMinutes(2))).isEqualTo(1);
      String errors = String.join("\n", produce.error());
      Matcher sent = SENT.matcher(errors);
      assertThat(sent.find()).as(errors).isTrue();
      assertThat(errors).contains("were not committed").contains(continues);
      reported = Long.parseLong(sent.group(1).replace(",", ""));
    }
    cluster.restart(1);
    Eventually.await().ignoreExceptions().until(() -> reaches(cluster));
    // The log may also contain records that the broker could not acknowledge any more.
    assertThat(committedSamples(cluster.bootstrapServers(), pipeline) - before)
        .isGreaterThanOrEqualTo(reported);
  }

  private static boolean reaches(EmbeddedCluster cluster) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      return !admin.describeCluster().nodes().get().isEmpty();
    }
  }

  private void recreateBatches(Pipeline pipeline) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of(pipeline.topics.batches())).all().get();
      Eventually.await().ignoreExceptions().until(() -> created(admin, pipeline.topics.batches()));
    }
  }

  private static boolean created(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    NewTopic again =
        new NewTopic(topic, 1, (short) 1).configs(Map.of("max.message.bytes", "16777216"));
    admin.createTopics(List.of(again)).all().get();
    return true;
  }

  private KafkaProducer<byte[], byte[]> transactional(String id) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  static long committedSamples(String bootstrapServers, Pipeline pipeline) {
    return TopicReader.committed(bootstrapServers, pipeline.topics.batches()).stream()
        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith("digits"))
        .mapToLong(
            record ->
                pipeline.codec.decode(record, TrainingBatch.class).getInputs().getShape().get(0))
        .sum();
  }
}
