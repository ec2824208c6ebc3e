package dev.tidemill.cli.output;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.trainer.EpochSummary;
import dev.tidemill.trainer.TrainerListener;
import java.io.PrintWriter;
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
            "train: %-8s epoch %d  %,d samples  %,.0f/s  loss %s  accuracy %s  version %d%s",
            progress.getPhase().toString().toLowerCase(Locale.ROOT),
            progress.getEpoch(),
            progress.getSamples(),
            progress.getSamplesPerSecond(),
            EpochLine.figure(progress.getLoss()),
            EpochLine.figure(progress.getAccuracy()),
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
            "train: version %d published: %,d samples, loss %s, accuracy %s",
            manifest.getVersion(),
            manifest.getSamples(),
            EpochLine.figure(manifest.getLoss()),
            EpochLine.figure(manifest.getAccuracy())));
  }

  @Override
  public void onNotice(String notice) {
    terminal.line("train: " + notice);
  }
}
