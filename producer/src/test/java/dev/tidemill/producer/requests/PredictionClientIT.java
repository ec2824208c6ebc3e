package dev.tidemill.producer.requests;

import static dev.tidemill.testbed.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.Destination;
import dev.tidemill.producer.TestLog;
import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@WithKafka
class PredictionClientIT {
  private static final RequestSettings SETTINGS =
      new RequestSettings(0, 50, Duration.ofMinutes(1), true, "");

  /** What the clock that paces and the one that dates may differ by. */
  private static final long CLOCKS_DIFFER_MS = 50;

  private final KafkaCluster cluster;
  private final List<Answer> answers = new CopyOnWriteArrayList<>();

  PredictionClientIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void everyRequestIsMatchedWithItsAnswerAndJudged() throws Exception {
    Destination to = fresh("judged");
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
  void missingDoubleAndFailedAnswersAreCounted() throws Exception {
    Destination to = fresh("faults");
    AnswerSummary summary;
    RequestSettings settings = new RequestSettings(0, 50, Duration.ofSeconds(10), false, "");
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
    assertThat(summary.duplicates()).isEqualTo(1);
    assertThat(summary.errors()).isEqualTo(1);
    assertThat(summary.predictions()).isEqualTo(19);
    assertThat(labels(to)).isEmpty();
  }

  @Test
  void othersAnswersAreNotTakenForItsOwn() throws Exception {
    Destination to = fresh("others");
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(to, r -> List.of(ScriptedAnswerer.label(r, 1)));
        PredictionClient other =
            new PredictionClient(
                to, CountingSource.endless(), SETTINGS.withRate(200), new Ignored())) {
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
  void asksAtItsRateWhateverTheAnswersDo() throws Exception {
    Destination to = fresh("open");
    long begun;
    RequestSettings open = new RequestSettings(100, 1000, Duration.ofSeconds(1), false, "live-");
    try (PredictionClient client =
        new PredictionClient(to, CountingSource.endless(), open, new Ignored())) {
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
          .as("request %d is not sent before it is due", number)
          .isGreaterThanOrEqualTo(10L * number - CLOCKS_DIFFER_MS);
    }
  }

  private List<Label> labels(Destination of) {
    return TopicReader.committed(cluster.bootstrapServers(), of.topics().labels()).stream()
        .peek(record -> assertThat(new String(record.key(), StandardCharsets.UTF_8)).isNotEmpty())
        .map(record -> of.codec().decode(record, Label.class))
        .toList();
  }

  private Destination fresh(String stem) {
    return TestLog.fresh(cluster.bootstrapServers(), stem);
  }

  private AnswerSummary ask(Destination to, SampleSource source, RequestSettings settings)
      throws InterruptedException {
    try (PredictionClient client = new PredictionClient(to, source, settings, new Kept())) {
      client.start();
      client.awaitEnd();
      assertThat(client.health().cause()).isNull();
      return client.summary();
    }
  }

  private final class Kept implements AnswerListener {
    @Override
    public void answered(Answer answer) {
      answers.add(answer);
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
