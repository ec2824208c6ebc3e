package dev.tidemill.producer.writing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.TestLog;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.requests.ScriptedAnswerer;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@WithKafka
class ContinuationIT {
  private static final int WINDOW = 4;

  private final KafkaCluster cluster;
  private final StringBuilder written = new StringBuilder();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  ContinuationIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void eachAnswerGivesOneByteAndTheNextRequest() throws InterruptedException {
    Continuation text = continuation("ab", 6);
    AnswerSummary summary = run(text, Duration.ofMinutes(1), r -> List.of(nextLetter(r)));

    assertThat(text.fault()).isEmpty();
    assertThat(written).hasToString("cdefgh");
    assertThat(asked).containsExactly("\n\nab", "\nabc", "abcd", "bcde", "cdef", "defg");
    assertThat(summary.requests()).isEqualTo(6);
    assertThat(summary.predictions()).isEqualTo(6);
    assertThat(summary.duplicates()).isZero();
  }

  @Test
  void usesOnlyTheEndOfALongPrompt() throws InterruptedException {
    run(continuation("uvwxyabc", 2), Duration.ofMinutes(1), r -> List.of(nextLetter(r)));
    assertThat(asked).containsExactly("yabc", "abcd");
  }

  @Test
  void ignoresDuplicateAnswers() throws InterruptedException {
    AnswerSummary summary =
        run(
            continuation("ab", 4),
            Duration.ofMinutes(1),
            r -> Collections.nCopies(2, nextLetter(r)));
    assertThat(written).hasToString("cdef");
    assertThat(summary.duplicates()).isEqualTo(4);
  }

  @Test
  void errorAnswerEndsTheText() throws InterruptedException {
    Continuation text = continuation("ab", 6);
    run(
        text,
        Duration.ofMinutes(1),
        r -> List.of(last(r) == 'd' ? ScriptedAnswerer.error(r, "unknown token") : nextLetter(r)));
    assertThat(text.fault())
        .hasValue("the model answered with an error: unknown token, after 2 of 6 bytes");
    assertThat(written).hasToString("cd");
  }

  @Test
  void missingAnswerEndsTheText() throws InterruptedException {
    Continuation text = continuation("ab", 6);
    AnswerSummary summary =
        run(text, Duration.ofSeconds(10), r -> last(r) == 'd' ? List.of() : List.of(nextLetter(r)));
    assertThat(text.fault()).hasValue("no answer came in time, after 2 of 6 bytes");
    assertThat(summary.missing()).isEqualTo(1);
  }

  private Continuation continuation(String prompt, int bytes) {
    return new Continuation(
        prompt.getBytes(StandardCharsets.US_ASCII),
        WINDOW,
        bytes,
        new ByteSampler(0, 1),
        (value, version) -> written.append((char) value));
  }

  private AnswerSummary run(
      Continuation text, Duration timeout, Function<PredictionRequest, List<Prediction>> script)
      throws InterruptedException {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "text");
    RequestSettings settings =
        new RequestSettings(
            0, 1000, 1 << 20, HealthTimeout.STANDARD, timeout, Duration.ZERO, true, "text-");
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(
                to,
                request -> {
                  asked.add(text(request));
                  return script.apply(request);
                });
        PredictionClient client =
            new PredictionClient(to, TopicRole.WRITER, text, settings, text, new Metrics("m"))) {
      client.start();
      client.awaitEnd();
      assertThat(client.health().cause()).isNull();
      assertThat(answerer).isNotNull();
      return client.summary();
    }
  }

  /** Predicts the next letter of the alphabet with probability 1. */
  private static Prediction nextLetter(PredictionRequest request) {
    List<Float> probabilities = new ArrayList<>(Collections.nCopies(128, 0f));
    probabilities.set(last(request) + 1, 1f);
    return ScriptedAnswerer.outputs(request, probabilities);
  }

  private static int last(PredictionRequest request) {
    ByteBuffer data = request.getInputs().getData();
    return data.get(data.limit() - 1);
  }

  private static String text(PredictionRequest request) {
    assertThat(request.getInputs().getDtype()).isEqualTo(DType.UINT8);
    assertThat(request.getInputs().getShape()).containsExactly((long) WINDOW);
    return StandardCharsets.US_ASCII.decode(request.getInputs().getData().duplicate()).toString();
  }
}
