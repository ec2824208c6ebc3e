package dev.tidemill.cli.output;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TargetErrors;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.trainer.ClassSummary;
import dev.tidemill.trainer.EpochSummary;
import dev.tidemill.trainer.TrainerListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints epochs as results on standard output, everything else as progress on standard error. */
public final class TrainingPrinter implements TrainerListener {
  private final Terminal terminal;
  private final PrintWriter out;

  public TrainingPrinter(Terminal terminal, PrintWriter out) {
    this.terminal = terminal;
    this.out = out;
  }

  @Override
  public void onProgress(TrainingProgress progress) {
    switch (progress.getPhase()) {
      case TRAINING, WAITING -> show(progress);
      case STANDBY, EPOCH_END, FINISHED, FAILED -> {
        // A notice, the epoch's result or the exit message covers these.
      }
    }
  }

  private void show(TrainingProgress progress) {
    String text =
        String.format(
            Locale.ROOT,
            "train: %-8s epoch %d  %,d samples  %,.0f/s  loss %s%s  version %d%s",
            progress.getPhase().toString().toLowerCase(Locale.ROOT),
            progress.getEpoch(),
            progress.getSamples(),
            progress.getSamplesPerSecond(),
            EpochLine.figure(progress.getLoss()),
            progress.getAccuracy() == null
                ? ""
                : "  accuracy " + EpochLine.figure(progress.getAccuracy()),
            progress.getVersion(),
            EpochLine.refused(progress.getRefusedRecords()));
    if (terminal.interactive()) {
      terminal.draw(text);
    } else {
      terminal.line(text);
    }
  }

  @Override
  public void onEpochEnd(EpochSummary epoch) {
    terminal.draw("");
    out.println(EpochLine.of(epoch));
    out.flush();
  }

  @Override
  public void onCheckpoint(Checkpoint manifest) {
    terminal.line(
        String.format(
            Locale.ROOT,
            "train: version %d published: %,d samples, loss %s, %s",
            manifest.getVersion(),
            manifest.getSamples(),
            EpochLine.figure(manifest.getLoss()),
            manifest.getErrors().isEmpty()
                ? "accuracy " + EpochLine.figure(manifest.getAccuracy())
                : errors(manifest.getErrors())));
  }

  private static String errors(List<TargetErrors> targets) {
    TargetErrors first = targets.get(0);
    return String.format(
        Locale.ROOT,
        "%sMAE %.4g, RMSE %.4g, R² %s%s",
        targets.size() == 1 ? "" : first.getTarget() + ": ",
        first.getMae(),
        first.getRmse(),
        EpochLine.figure(first.getR2()),
        targets.size() == 1 ? "" : ", and " + (targets.size() - 1) + " more targets");
  }

  @Override
  public void onRunEnd(ClassSummary run) {
    terminal.draw("");
    out.println();
    out.println(
        (run.epochs() == 0
                ? "predictions of the run's samples"
                : "predictions of epoch " + run.epoch() + "/" + run.epochs())
            + ", each made before the step that learned from its sample:");
    run.report().lines(run.classes()::get).forEach(out::println);
    out.flush();
  }

  @Override
  public void onNotice(String notice) {
    terminal.line("train: " + notice);
  }
}
