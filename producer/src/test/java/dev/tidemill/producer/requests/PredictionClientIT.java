package dev.tidemill.producer.requests;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.TestLog;
import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.RequestHeaders;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@WithKafka
class PredictionClientIT {
  private static final long BYTES = 1 << 20;
  private static final RequestSettings SETTINGS =
      new RequestSettings(
          0, 50, BYTES, HealthTimeout.STANDARD, Duration.ofMinutes(1), Duration.ZERO, true, "");

  /** Maximum difference between the clock that paces requests and the one that dates them. */
  private static final long CLOCK_TOLERANCE_MS = 50;

  private final KafkaCluster cluster;
  private final List<Answer> answers = new CopyOnWriteArrayList<>();
  private final List<MissingAnswer> missing = new CopyOnWriteArrayList<>();
  private final List<Prediction> repeated = new CopyOnWriteArrayList<>();

  PredictionClientIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void matchesAndScoresEveryAnswer() throws Exception {
    Destination to = fresh("scored");
    AnswerSummary summary;
    try (ScriptedAnswerer answerer =
        new ScriptedAnswerer(
            to,
            request -> {
              int number = Integer.parseInt(request.getRequestId());
              return List.of(ScriptedAnswerer.label(request, number % 10 == 0 ? -1 : number));
            })) {
      summary = ask(to, CountingSource.of(200), SETTINGS);
      assertThat(answerer).isNotNull();
    }
    assertThat(summary.requests()).isEqualTo(200);
    assertThat(summary.predictions()).isEqualTo(200);
    assertThat(summary.missing()).isZero();
    assertThat(summary.duplicates()).isZero();
    assertThat(summary.accuracy()).hasValue(0.9);
    assertThat(summary.p99Millis()).isGreaterThanOrEqualTo(summary.p50Millis()).isPositive();
    assertThat(answers)
        .hasSize(200)
        .allSatisfy(a -> assertThat(a.key()).isEqualTo(a.prediction().getRequestId()));
    assertThat(labels(to)).hasSize(200);
  }

  @Test
  void countsMissingDuplicateAndErrorAnswers() throws Exception {
    Destination to = fresh("faults");
    AnswerSummary summary;
    RequestSettings settings =
        new RequestSettings(
            0, 50, BYTES, HealthTimeout.STANDARD, Duration.ofSeconds(10), Duration.ZERO, false, "");
    try (ScriptedAnswerer answerer =
        new ScriptedAnswerer(
            to,
            request ->
                switch (request.getRequestId()) {
                  case "3" -> List.of();
                  case "4" ->
                      List.of(
                          ScriptedAnswerer.label(request, 4), ScriptedAnswerer.label(request, 4));
                  case "5" -> List.of(ScriptedAnswerer.error(request, "wrong shape"));
                  default -> List.of(ScriptedAnswerer.label(request, 0));
                })) {
      summary = ask(to, CountingSource.of(20), settings);
      assertThat(answerer).isNotNull();
    }
    assertThat(summary.missing()).isEqualTo(1);
    assertThat(missing).extracting(MissingAnswer::key).containsExactly("3");
    assertThat(repeated).extracting(Prediction::getRequestId).containsExactly("4");
    assertThat(summary.isComplete()).isFalse();
    assertThat(summary.duplicates()).isEqualTo(1);
    assertThat(summary.errors()).isEqualTo(1);
    assertThat(summary.predictions()).isEqualTo(19);
    assertThat(labels(to)).isEmpty();
  }

  @Test
  void givesEachRequestItsDeadline() throws Exception {
    Destination to = fresh("deadline");
    Duration deadline = Duration.ofSeconds(90);
    RequestSettings settings =
        new RequestSettings(
            0, 50, BYTES, HealthTimeout.STANDARD, Duration.ofSeconds(10), deadline, false, "");
    try (ScriptedAnswerer answerer =
        new ScriptedAnswerer(to, request -> List.of(ScriptedAnswerer.label(request, 0)))) {
      assertThat(ask(to, CountingSource.of(3), settings).isComplete()).isTrue();
      assertThat(answerer).isNotNull();
    }
    assertThat(TopicReader.committed(cluster.bootstrapServers(), to.topics().requests()))
        .hasSize(3)
        .allSatisfy(
            record ->
                assertThat(record.headers().lastHeader(RequestHeaders.DEADLINE).value())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(
                        Long.toString(
                            to.codec()
                                .decode(record, PredictionRequest.class)
                                .getCreatedAt()
                                .plus(deadline)
                                .toEpochMilli())));
  }

  @Test
  void reportsLateAnswer() throws Exception {
    Destination to = fresh("late");
    RequestSettings impatient =
        new RequestSettings(
            0, 50, BYTES, HealthTimeout.STANDARD, Duration.ofMillis(200), Duration.ZERO, false, "");
    CountDownLatch overdue = new CountDownLatch(1);
    SampleSource waiting = new WaitingSource(() -> answers.size() == 1);
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(
                to,
                request -> {
                  await().until(() -> overdue.getCount() == 0);
                  return List.of(ScriptedAnswerer.label(request, 0));
                });
        PredictionClient client = client(to, waiting, impatient, new Kept(overdue))) {
      client.start();
      client.awaitEnd();
      assertThat(answers).extracting(Answer::key).containsExactly("0", "1");
      assertThat(answers.get(0).late()).isTrue();
      assertThat(answers.get(0).latencyMillis()).isGreaterThan(200);
      assertThat(client.summary().late()).isPositive();
      assertThat(client.summary().missing()).isZero();
      assertThat(client.summary().isComplete()).isTrue();
      assertThat(missing).isEmpty();
      assertThat(answerer).isNotNull();
    }
  }

  @Test
  void closeReportsEveryUnansweredRequest() throws Exception {
    Destination to = fresh("closed");
    try (PredictionClient client = client(to, CountingSource.endless(), SETTINGS, new Kept())) {
      client.start();
      await().until(() -> client.summary().requests() == 50);
      stop(client);
      assertThat(client.summary().missing()).isEqualTo(50);
      assertThat(missing).extracting(MissingAnswer::key).doesNotHaveDuplicates().hasSize(50);
    }
  }

  @Test
  void readsAnswersFromAddedPartitions() throws Exception {
    Destination to = fresh("added");
    String topic = to.topics().predictions();
    CountDownLatch added = new CountDownLatch(1);
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(
                to,
                request -> {
                  await().until(() -> added.getCount() == 0);
                  return List.of(ScriptedAnswerer.label(request, 0));
                });
        PredictionClient client = client(to, CountingSource.of(40), SETTINGS, new Kept());
        Admin admin = to.clients().admin("test")) {
      client.start();
      await().until(() -> client.summary().requests() == 40);
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(8))).all().get();
      added.countDown();
      client.awaitEnd();
      assertThat(client.summary().missing()).isZero();
      assertThat(answerer).isNotNull();
    }
  }

  /** Two samples; returns the second one only when the condition holds. */
  private record WaitingSource(BooleanSupplier mayContinue) implements SampleSource {
    @Override
    public SourceDescription description() {
      return CountingSource.of(2).description();
    }

    @Override
    public SampleReader read(long index) {
      SampleReader both = CountingSource.of(2).read(index);
      return new SampleReader() {
        private boolean begun;

        @Override
        public @Nullable Sample next(long waitNanos) throws InterruptedException {
          if (begun && !mayContinue.getAsBoolean()) {
            return null;
          }
          begun = true;
          return both.next(waitNanos);
        }

        @Override
        public boolean ended() {
          return both.ended();
        }
      };
    }
  }

  @Test
  void ignoresAnswersToOtherCallers() throws Exception {
    Destination to = fresh("others");
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(to, r -> List.of(ScriptedAnswerer.label(r, 1)));
        PredictionClient other =
            client(to, CountingSource.endless(), SETTINGS.withRate(200), new Ignored())) {
      other.start();
      AnswerSummary mine = ask(to, CountingSource.of(50), SETTINGS);
      assertThat(mine.predictions()).isEqualTo(50);
      assertThat(mine.duplicates()).isZero();
      other.stopAsking();
      other.awaitEnd();
      assertThat(other.summary().missing()).isZero();
      assertThat(answerer).isNotNull();
    }
  }

  @Test
  void sendsAtItsRateIndependentOfAnswers() throws Exception {
    Destination to = fresh("open");
    long begun;
    RequestSettings open =
        new RequestSettings(
            100,
            1000,
            BYTES,
            HealthTimeout.STANDARD,
            Duration.ofSeconds(1),
            Duration.ZERO,
            false,
            "live-");
    try (PredictionClient client = client(to, CountingSource.endless(), open, new Ignored())) {
      begun = System.currentTimeMillis();
      client.start();
      await().until(() -> client.summary().requests() > 150);
      client.stopAsking();
      client.awaitEnd();
      assertThat(client.summary().missing()).isEqualTo(client.summary().requests());
    }
    List<PredictionRequest> requests =
        TopicReader.committed(cluster.bootstrapServers(), to.topics().requests()).stream()
            .map(record -> to.codec().decode(record, PredictionRequest.class))
            .toList();
    assertThat(requests).extracting(PredictionRequest::getRequestId).contains("live-0", "live-150");
    for (PredictionRequest request : requests) {
      int number = Integer.parseInt(request.getRequestId().substring("live-".length()));
      assertThat(request.getCreatedAt().toEpochMilli() - begun)
          .as("send time of request %d in ms", number)
          .isGreaterThanOrEqualTo(10L * number - CLOCK_TOLERANCE_MS);
    }
  }

  @Test
  void waitsForSchemaRegistryBeforeSendingAndReading() throws Exception {
    Destination plain = fresh("registry");
    InterruptibleRegistry theirs = new InterruptibleRegistry(new CopyOnWriteArrayList<>());
    InterruptibleRegistry ours = new InterruptibleRegistry(theirs.schemas());
    CountDownLatch mayAnswer = new CountDownLatch(1);
    ours.goDown();
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(
                over(plain, theirs),
                request -> {
                  await().until(() -> mayAnswer.getCount() == 0);
                  return List.of(ScriptedAnswerer.label(request, 0));
                });
        PredictionClient client =
            client(over(plain, ours), CountingSource.of(20), SETTINGS, new Kept())) {
      client.start();
      await().until(() -> ours.refused() > 4);
      assertThat(client.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(client.summary().requests()).isZero();
      ours.comeBack();
      await().until(() -> client.summary().requests() == 20);

      ours.goDown();
      mayAnswer.countDown();
      await().until(() -> ours.refused() > 4);
      assertThat(client.health().state()).isEqualTo(Health.State.DEGRADED);
      assertThat(client.summary().predictions()).isZero();
      ours.comeBack();
      client.awaitEnd();
      assertThat(client.health().cause()).isNull();
      assertThat(client.summary().isComplete()).isTrue();
      assertThat(answerer).isNotNull();
    }
  }

  private static Destination over(Destination plain, InterruptibleRegistry registry) {
    RecordCodec codec = new RecordCodec(new RegistryFormat(registry, Duration.ofMillis(100)));
    return new Destination(plain.model(), plain.topics(), plain.clients(), codec);
  }

  private List<Label> labels(Destination of) {
    return TopicReader.committed(cluster.bootstrapServers(), of.topics().labels()).stream()
        .peek(record -> assertThat(new String(record.key(), StandardCharsets.UTF_8)).isNotEmpty())
        .map(record -> of.codec().decode(record, Label.class))
        .toList();
  }

  /** Closes the client inside its try block, to inspect it afterwards. */
  private static void stop(PredictionClient client) {
    client.close();
  }

  private Destination fresh(String stem) {
    return TestLog.fresh(cluster.bootstrapServers(), stem);
  }

  private static PredictionClient client(
      Destination to, SampleSource source, RequestSettings settings, AnswerListener listener) {
    return new PredictionClient(to, TopicRole.CALLER, source, settings, listener, new Metrics("m"));
  }

  private AnswerSummary ask(Destination to, SampleSource source, RequestSettings settings)
      throws InterruptedException {
    try (PredictionClient client = client(to, source, settings, new Kept())) {
      client.start();
      client.awaitEnd();
      assertThat(client.health().cause()).isNull();
      return client.summary();
    }
  }

  private final class Kept implements AnswerListener {
    private final CountDownLatch overdue;

    Kept() {
      this(new CountDownLatch(1));
    }

    Kept(CountDownLatch overdue) {
      this.overdue = overdue;
    }

    @Override
    public void answered(Answer answer) {
      answers.add(answer);
    }

    @Override
    public void missing(MissingAnswer request) {
      missing.add(request);
    }

    @Override
    public void overdue(int requests) {
      overdue.countDown();
    }

    @Override
    public void repeated(Prediction prediction) {
      repeated.add(prediction);
    }

    @Override
    public void refused(String reason) {
      throw new AssertionError(reason);
    }
  }

  private static final class Ignored implements AnswerListener {
    @Override
    public void answered(Answer answer) {}

    @Override
    public void refused(String reason) {}
  }
}
