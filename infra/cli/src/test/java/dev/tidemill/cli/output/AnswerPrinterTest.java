package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.MissingAnswer;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Prediction;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {
  private static final SampleLabel THREE = new SampleLabel.ClassNumber(3);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void marksALateAnswer() {
    printer(false).answered(new Answer("7", prediction(1, null), THREE, 31_250, true));
    printer(true).answered(new Answer("7", prediction(1, null), THREE, 31_250, true));
    printer(true).answered(new Answer("8", prediction(1, null), THREE, 2, false));
    assertThat(out.toString().lines())
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .isEqualTo(
                        "request 7      label 1 (0.7500)  target 3  version 4, 10 ms old"
                            + "  31250.0 ms  late"),
            json -> assertThat(json).contains("\"late\":true"),
            inTime -> assertThat(inTime).doesNotContain("late\""));
  }

  @Test
  void printsTheNameOfAClass() {
    Prediction named = prediction(1, null);
    named.setLabelName("setosa");
    printer(false).answered(new Answer("7", named, new SampleLabel.Raw("setosa"), 2, false));
    printer(true).answered(new Answer("7", named, new SampleLabel.Raw("setosa"), 2, false));
    assertThat(out.toString().lines())
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .startsWith("request 7      label setosa (0.7500)  target setosa  version 4"),
            json -> assertThat(json).contains("\"label\":1,\"label_name\":\"setosa\""));
  }

  @Test
  void printsAClassThatHasNoOutput() {
    printer(false).answered(new Answer("7", prediction(9, null), null, 2, false));
    assertThat(out.toString())
        .startsWith("request 7      label 9  outputs [0.25, 0.75]  version 4");
  }

  @Test
  void printsARequestThatHasNoAnswer() {
    printer(false).missing(new MissingAnswer("9", null, 30_000.5));
    printer(true).missing(new MissingAnswer("9", THREE, 30_000.5));
    assertThat(out.toString().lines())
        .containsExactly(
            "request 9      missing: no answer within 30000.5 ms",
            "{\"request\":\"9\",\"key\":\"9\",\"target\":3,\"missing\":true,"
                + "\"waited_ms\":30000.5}");
  }

  @Test
  void printsAnErrorOnOneLine() {
    String error = "wrong\nshape\u001b[2J";
    printer(false).answered(new Answer("7", prediction(null, error), null, 2, false));
    assertThat(out.toString()).isEqualTo("request 7  error: wrong shape [2J\n");
  }

  @Test
  void namesRequestsThatWereAnsweredTwice() {
    AnswerPrinter printer = printer(false);
    for (int i = 0; i < 30; i++) {
      printer.repeated(prediction(1, null));
    }
    assertThat(err.toString().lines())
        .hasSize(10)
        .startsWith("predict: another answer to request 7 by version 4")
        .last()
        .asString()
        .endsWith("further duplicates are only counted");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void summarizesAllRequests() {
    AnswerSummary summary = new AnswerSummary(20, 18, 2, 3, 1, 4, 5, 10, 9, 1.5, 2.5, 3.5);
    printer(false).end(summary);
    printer(true).end(summary);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .isEqualTo(
                        "predict: 20 requests, 18 predictions, 2 missing, 3 late, 1 duplicates, 4"
                            + " skipped, 5 errors, accuracy 0.9000, p50 1.5 ms, p99 2.5 ms"),
            json ->
                assertThat(json)
                    .contains("\"missing\":2", "\"late\":3", "\"duplicates\":1", "\"skipped\":4"));
  }

  @Test
  void reportsOnEachClass() {
    AnswerPrinter printer = printer(false, true);
    answer(printer, 1, "setosa", "setosa");
    answer(printer, 1, "setosa", "virginica");
    printer.end(new AnswerSummary(2, 2, 0, 0, 0, 0, 0, 2, 1, 1.5, 2.5, 3.5));
    assertThat(err.toString().lines())
        .contains(
            "virginica     0.0000     0.0000     0.0000          1",
            "setosa        0.5000     1.0000     0.6667          1",
            "virginica          0          1");
    AnswerPrinter json = printer(true, true);
    answer(json, 1, "setosa", "virginica");
    json.end(new AnswerSummary(1, 1, 0, 0, 0, 0, 0, 1, 0, 1.5, 2.5, 3.5));
    assertThat(err.toString()).contains("\"predicted_as\":{\"virginica\":0,\"setosa\":1}");
  }

  private static void answer(AnswerPrinter printer, int number, String predicted, String expected) {
    Prediction prediction = prediction(number, null);
    prediction.setLabelName(predicted);
    printer.answered(new Answer("7", prediction, new SampleLabel.Raw(expected), 2, false));
  }

  @Test
  void summarizesErrorsOfRegression() {
    for (boolean json : List.of(false, true)) {
      AnswerPrinter printer = printer(json);
      for (double target : List.of(0.0, 1.0)) {
        Prediction prediction = prediction(null, null);
        prediction.setOutputs(List.of(0.5f));
        printer.answered(new Answer("7", prediction, new SampleLabel.Raw(target), 2, false));
      }
      printer.end(new AnswerSummary(2, 2, 0, 0, 0, 0, 0, 0, 0, 1.5, 2.5, 3.5));
    }
    assertThat(err.toString().lines())
        .satisfiesExactly(
            text -> assertThat(text).contains("MAE 0.5000, RMSE 0.5000, R\u00b2 0.0000, p50"),
            json -> assertThat(json).contains("\"mae\":0.5,\"rmse\":0.5,\"r2\":0.0"));
  }

  private AnswerPrinter printer(boolean json) {
    return printer(json, false);
  }

  private AnswerPrinter printer(boolean json, boolean byClass) {
    return new AnswerPrinter(
        new PrintWriter(out, true),
        new Terminal(new PrintWriter(err, true), false),
        json,
        byClass,
        List.of("virginica", "setosa"));
  }

  private static Prediction prediction(@Nullable Integer label, @Nullable String error) {
    return Prediction.newBuilder()
        .setRequestId("7")
        .setModel("m")
        .setModelVersion(4)
        .setVersionAgeMs(10)
        .setLabel(label)
        .setError(error)
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(1)
        .setRequestedAt(Instant.EPOCH)
        .setCreatedAt(Instant.EPOCH)
        .setWorker("w")
        .setOutputs(List.of(0.25f, 0.75f))
        .build();
  }
}
