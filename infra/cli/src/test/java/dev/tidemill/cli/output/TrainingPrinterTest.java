package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.ClassReport;
import dev.tidemill.contract.TargetReport;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.trainer.ClassSummary;
import dev.tidemill.trainer.EpochSummary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingPrinterTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsEpochsAsResults() {
    printer(false).onEpochEnd(new EpochSummary(2, 6, 0.12345, 0.9, List.of(), 8000, 0, 2345.6));

    assertThat(out.toString().lines())
        .containsExactly("epoch 2/6  loss 0.1235  accuracy 0.9000  8,000 samples  2,346 samples/s");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsRefusedRecords() {
    printer(false).onEpochEnd(new EpochSummary(2, 6, 0.12345, 0.9, List.of(), 8000, 1234, 2345.6));
    TrainingProgress progress = progress();
    progress.setRefusedRecords(17);
    printer(false).onProgress(progress);

    assertThat(out.toString()).endsWith("samples/s  1,234 records refused\n");
    assertThat(err.toString()).endsWith("version 4  17 records refused\n");
  }

  @Test
  void printsErrorsOfARegression() {
    TargetReport price = new TargetReport("price");
    price.add(10, 12);
    price.add(20, 19);
    price.add(30, 30);
    printer(false).onEpochEnd(new EpochSummary(2, 6, 0.12345, null, List.of(price), 3, 0, 10));

    assertThat(out.toString().lines())
        .containsExactly(
            "epoch 2/6  loss 0.1235  MAE 1.000, RMSE 1.291, R² 0.9750  3 samples  10 samples/s");
  }

  @Test
  void printsTheErrorsOfAFewTargets() {
    List<TargetReport> targets =
        Stream.of("a", "b", "c", "d", "e", "f").map(TargetReport::new).toList();
    printer(false).onEpochEnd(new EpochSummary(1, 1, 1, null, targets, 3, 0, 10));

    assertThat(out.toString()).contains("d: MAE", ", and 2 more targets  3 samples");
  }

  @Test
  void printsClassesAtTheEnd() {
    ClassReport report = new ClassReport();
    report.add(0, 0, 8);
    report.add(1, 0, 1);
    printer(false).onRunEnd(new ClassSummary(3, 3, report, List.of("elm", "oak")));

    assertThat(out.toString().lines())
        .containsSubsequence(
            "predictions of epoch 3/3, each made before the step that learned from its sample:",
            "elm       0.8889     1.0000     0.9412          8",
            "predicted as, for samples of each class:",
            "oak            1          0");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsADashForAMissingMetric() {
    printer(false).onEpochEnd(new EpochSummary(1, 1, Double.NaN, null, List.of(), 0, 0, 0));

    assertThat(out.toString()).contains("loss -  accuracy -");
  }

  @Test
  void printsProgressToStandardError() {
    printer(false).onProgress(progress());

    assertThat(err.toString().lines())
        .containsExactly(
            "train: training epoch 3  12,800 samples  1,500/s  loss 0.2500  version 4");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void erasesProgressBeforeAResult() {
    TrainingPrinter printer = printer(true);
    printer.onProgress(progress());
    printer.onEpochEnd(new EpochSummary(1, 1, 0.5, 0.5, List.of(), 10, 0, 10));

    assertThat(err.toString())
        .startsWith("\u001b[?7ltrain: training")
        .contains("\u001b[1F\u001b[J");
    assertThat(out.toString()).startsWith("epoch 1/1");
  }

  private TrainingPrinter printer(boolean interactive) {
    return new TrainingPrinter(
        new Terminal(new PrintWriter(err, true), interactive), new PrintWriter(out, true));
  }

  private static TrainingProgress progress() {
    return TrainingProgress.newBuilder()
        .setModel("digits")
        .setWorker("trainer-1")
        .setPhase(TrainerPhase.TRAINING)
        .setEpoch(3)
        .setSteps(200)
        .setSamples(12_800)
        .setSamplesPerSecond(1500)
        .setLoss(0.25)
        .setLearningRate(0.01)
        .setVersion(4)
        .setRefusedRecords(0)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
