package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.pipeline.SpanReceiver.Received;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces of real processes, received as a collector receives them. */
@WithKafka
class TracingIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** 128 + SIGTERM. */
  private static final int TERMINATED = 143;

  private static final int BATCHES = 150;
  private static final int REQUESTS = 5;

  private final KafkaCluster kafka;

  TracingIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void followsBatchesToTheirCheckpointAndRequestsToTheirPrediction() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "traced");
    try (SpanReceiver receiver = new SpanReceiver()) {
      done(
          start(
              pipeline,
              receiver,
              "producer",
              "produce",
              "--data",
              "digits:seed=1",
              "--limit",
              String.valueOf(32 * BATCHES)));
      try (ChildJvm trainer = start(pipeline, receiver, "trainer", "train", "--spec", "mlp")) {
        Eventually.await().until(() -> receiver.spans("trainer", "train").size() >= BATCHES);
        trainer.terminate();
        assertThat(trainer.awaitExit(LIMIT)).as("%s", trainer.error()).isEqualTo(TERMINATED);
      }
      followsBatches(pipeline, receiver);

      try (ChildJvm inference = start(pipeline, receiver, "inference", "serve")) {
        done(
            start(
                pipeline,
                receiver,
                "caller",
                "predict",
                "--data",
                "digits:seed=2",
                "--limit",
                String.valueOf(REQUESTS)));
        Eventually.await().until(() -> receiver.spans("inference", "answer").size() >= REQUESTS);
        inference.terminate();
        assertThat(inference.awaitExit(LIMIT)).as("%s", inference.error()).isEqualTo(TERMINATED);
      }
      followsRequests(pipeline, receiver);
    }
  }

  private static void followsBatches(Pipeline pipeline, SpanReceiver receiver) {
    List<Received> sent = receiver.spans("producer", "send");
    Map<String, Received> byId =
        sent.stream().collect(Collectors.toMap(Received::id, Function.identity()));
    List<Received> trained = receiver.spans("trainer", "train");
    assertThat(trained)
        .hasSize(BATCHES)
        .allSatisfy(
            span -> {
              assertThat(byId).containsKey(span.parent());
              Received cause = Objects.requireNonNull(byId.get(span.parent()));
              assertThat(span.trace()).isEqualTo(cause.trace());
              assertThat(cause.name()).isEqualTo("send " + pipeline.topics.batches());
            });
    List<Received> published = receiver.spans("trainer", "publish");
    // One of them is the parent; the SDK's own limit is 128 links.
    assertThat(
            published.stream()
                .flatMap(span -> Stream.concat(Stream.of(span.parent()), span.links().stream())))
        .containsExactlyInAnyOrderElementsOf(trained.stream().map(Received::id).toList());
    assertThat(published)
        .extracting(span -> span.numbers().get("tidemill.version"))
        .containsExactlyElementsOf(
            pipeline.versions().stream().map(version -> version.getVersion()).toList());
    assertThat(contexts(pipeline, pipeline.topics.checkpoints()))
        .containsExactlyElementsOf(published.stream().map(Received::traceparent).toList());
  }

  private static void followsRequests(Pipeline pipeline, SpanReceiver receiver) {
    Map<String, Received> sent =
        receiver.spans("caller", "send").stream()
            .collect(Collectors.toMap(Received::id, Function.identity()));
    List<Received> answered = receiver.spans("inference", "answer");
    assertThat(answered)
        .hasSize(REQUESTS)
        .allSatisfy(
            span -> {
              assertThat(sent).containsKey(span.parent());
              assertThat(span.trace())
                  .isEqualTo(Objects.requireNonNull(sent.get(span.parent())).trace());
              assertThat(span.failed()).isFalse();
            });
    List<Prediction> predictions = pipeline.predictions();
    assertThat(answered)
        .extracting(span -> span.numbers().get("tidemill.version"))
        .containsOnly(predictions.get(0).getModelVersion());
    assertThat(contexts(pipeline, pipeline.topics.predictions()))
        .containsExactlyInAnyOrderElementsOf(answered.stream().map(Received::traceparent).toList());
  }

  /** The trace contexts in the headers of a topic's records, without their flags. */
  private static List<String> contexts(Pipeline pipeline, String topic) {
    return TopicReader.committed(pipeline.bootstrapServers, topic).stream()
        .map(TracingIT::context)
        .toList();
  }

  private static String context(ConsumerRecord<byte[], byte[]> record) {
    String context =
        new String(record.headers().lastHeader("traceparent").value(), StandardCharsets.UTF_8);
    return context.substring(0, context.lastIndexOf('-'));
  }

  /** A collector that is away costs spans, not records, and the process says so. */
  @Test
  void saysThatSpansCannotBeExported() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "untraced");
    Map<String, String> nobody;
    try (SpanReceiver receiver = new SpanReceiver()) {
      nobody = receiver.environment("producer");
    }
    try (ChildJvm producer =
        ChildJvm.start(
            Tidemill.class.getName(),
            pipeline.arguments("produce", "--data", "digits:seed=1", "--limit", "64"),
            nobody)) {
      assertThat(producer.awaitExit(LIMIT)).as("%s", producer.error()).isZero();
      assertThat(producer.error())
          .anyMatch(line -> line.matches(".* [0-9]+ spans were not exported"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_TRACES_EXPORTER, nonsense, nonsense",
    "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, GrpcSender"
  })
  void refusesSettingsThatCannotWork(String variable, String value, String reason)
      throws Exception {
    Pipeline pipeline = Pipeline.over(kafka.bootstrapServers(), "wrong");
    Map<String, String> environment =
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", variable, value);
    try (ChildJvm command =
        ChildJvm.start(
            Tidemill.class.getName(), pipeline.arguments("topics describe"), environment)) {
      assertThat(command.awaitExit(LIMIT)).isEqualTo(2);
      assertThat(command.error()).anyMatch(line -> line.contains(reason));
    }
  }

  private static ChildJvm start(
      Pipeline pipeline, SpanReceiver receiver, String service, String command, String... options) {
    return ChildJvm.start(
        Tidemill.class.getName(),
        pipeline.arguments(command, options),
        receiver.environment(service));
  }

  private static void done(ChildJvm process) throws InterruptedException {
    try (process) {
      assertThat(process.awaitExit(LIMIT)).as("%s", process.error()).isZero();
    }
  }
}
