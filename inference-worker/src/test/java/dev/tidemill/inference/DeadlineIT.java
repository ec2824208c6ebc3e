package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.RequestHeaders;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.AnsweredOnce;
import dev.tidemill.testbed.guarantee.RefusedRequests;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.History;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests whose answer is of use only for a while. The test sets the worker's clock. */
@WithKafka
class DeadlineIT {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  private static final String TAGS = "{model=\"m\",worker=\"w\"} ";
  private static final String EXPIRED = "tidemill_requests_expired_total" + TAGS;

  private final LinearEngine engine = new LinearEngine();
  private final SetClock clock = new SetClock();
  private final Metrics metrics = new Metrics("m");
  private ServingFixture fixture;

  /** A clock that stands still until it is set. */
  private static final class SetClock extends Clock {
    private volatile Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("only instants are read");
    }
  }

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    metrics.close();
    fixture.close();
  }

  @Test
  void answersAfterTheDeadlineWithAnErrorAndWithoutComputing() throws Exception {
    ask("late", NOW.minusMillis(250));
    ask("just in time", NOW);
    ask("in time", NOW.plusSeconds(1));
    fixture.ask(7);
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> fixture.predictions().size() == 4);
      Prediction late = answerTo("late");
      assertThat(late.getError())
          .isEqualTo("deadline exceeded: it passed 250 ms before the request could be computed");
      assertThat(late.getOutputs()).isEmpty();
      assertThat(late.getModelVersion()).isZero();
      for (String id : List.of("just in time", "in time", "7")) {
        assertThat(answerTo(id).getError()).as(id).isNull();
      }
      await().until(() -> metrics.scrape().contains(EXPIRED + "1.0"));
      assertThat(metrics.scrape()).contains("tidemill_prediction_errors_total" + TAGS + "1.0");
      await()
          .untilAsserted(
              () ->
                  assertThat(worker.health().conditions())
                      .extracting(HealthCondition::name)
                      .containsExactly("requests expired"));

      clock.now = NOW.plus(Duration.ofMinutes(1));
      await().until(() -> worker.health().isReady());
    }
    assertThat(fixture.deadLetters()).as("the request is without fault").isEmpty();
    History history = fixture.history();
    Verdict.of(AnsweredOnce.check(history), RefusedRequests.check(history)).require();
    assertThat(record("late").headers().lastHeader(RequestHeaders.DEADLINE))
        .as("the answer repeats it")
        .isNotNull();
  }

  @Test
  void answersWithAnErrorIfTheDeadlinePassesDuringTheComputation() throws Exception {
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> worker.servingVersion().isPresent());
      engine.beforePredict = size -> clock.now = NOW.plusMillis(31);
      ask("slow", NOW.plusMillis(1));
      await().until(() -> fixture.predictions().size() == 1);
      assertThat(answerTo("slow").getError())
          .isEqualTo("deadline exceeded: it passed 30 ms before the answer was written");
      await().until(() -> metrics.scrape().contains(EXPIRED + "1.0"));
    }
  }

  @Test
  void refusesAnUnusableDeadline() throws Exception {
    ask("unusable", "soon");
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> fixture.predictions().size() == 1);
    }
    assertThat(answerTo("unusable").getError())
        .contains("tidemill-deadline must be milliseconds since 1970")
        .endsWith("not 'soon'");
    assertThat(fixture.deadLetters())
        .singleElement()
        .extracting(DeadLetter::getReason)
        .asString()
        .contains("tidemill-deadline");
    assertThat(metrics.scrape()).contains(EXPIRED + "0.0");
  }

  private void ask(String id, Instant deadline) throws Exception {
    ask(id, Long.toString(deadline.toEpochMilli()));
  }

  private void ask(String id, String deadline) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    headers.add(RequestHeaders.DEADLINE, ServingFixture.bytes(deadline));
    fixture.ask(id, Tensors.float32(new long[] {2}, new float[] {1, 0}), 0, headers);
  }

  private Prediction answerTo(String id) {
    return fixture.codec.decode(record(id), Prediction.class);
  }

  private ConsumerRecord<byte[], byte[]> record(String id) {
    return TopicReader.committed(fixture.bootstrapServers, fixture.topics.predictions()).stream()
        .filter(record -> fixture.codec.decode(record, Prediction.class).getRequestId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private InferenceWorker worker() {
    return InferenceWorker.of(
        new InferenceSettings(
            fixture.model,
            "w",
            1,
            16,
            Duration.ZERO,
            ProcessingGuarantee.EXACTLY_ONCE,
            HealthTimeout.STANDARD),
        engine,
        new KafkaClients(KafkaSettings.at(fixture.bootstrapServers)),
        fixture.codec,
        Topics.of("tidemill", fixture.model),
        metrics,
        clock);
  }
}
