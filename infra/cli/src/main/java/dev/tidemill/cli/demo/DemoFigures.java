package dev.tidemill.cli.demo;

import dev.tidemill.cli.output.EpochLine;
import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.trainer.EpochSummary;
import dev.tidemill.trainer.TrainerListener;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects metrics from the workers for the demo's view. Thread-safe. */
final class DemoFigures implements TrainerListener, AnswerListener {
  private final Consumer<String> lines;
  private final CountDownLatch firstVersion = new CountDownLatch(1);
  private final LongAdder answers = new LongAdder();
  private volatile long newestVersion;
  private volatile long published;
  private volatile @Nullable TrainingProgress training;
  private volatile @Nullable Answer newestAnswer;

  /**
   * @param lines receives messages that are printed as permanent lines
   */
  DemoFigures(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Counted down when the first version is committed. */
  CountDownLatch firstVersion() {
    return firstVersion;
  }

  /** The newest version that the trainer has committed. */
  OptionalLong newestVersion() {
    return newestVersion == 0 ? OptionalLong.empty() : OptionalLong.of(newestVersion);
  }

  long answers() {
    return answers.sum();
  }

  @Nullable TrainingProgress training() {
    return training;
  }

  /** The number of samples that were trained, as of the trainer's last report or version. */
  long trained() {
    TrainingProgress progress = training;
    return Math.max(published, progress == null ? 0 : progress.getSamples());
  }

  @Nullable Answer newestAnswer() {
    return newestAnswer;
  }

  @Override
  public void onProgress(TrainingProgress progress) {
    switch (progress.getPhase()) {
      case TRAINING, WAITING, EPOCH_END -> training = progress;
      case STANDBY, FINISHED, FAILED -> {
        // The view keeps the last training metrics.
      }
    }
  }

  @Override
  public void onEpochEnd(EpochSummary epoch) {
    lines.accept(EpochLine.of(epoch));
  }

  @Override
  public void onCheckpoint(Checkpoint manifest) {
    published = manifest.getSamples();
    newestVersion = manifest.getVersion();
    firstVersion.countDown();
  }

  @Override
  public void onNotice(String notice) {
    lines.accept("train: " + notice);
  }

  @Override
  public void answered(Answer answer) {
    answers.increment();
    newestAnswer = answer;
  }

  @Override
  public void refused(String reason) {
    lines.accept("skipped: " + reason);
  }
}
