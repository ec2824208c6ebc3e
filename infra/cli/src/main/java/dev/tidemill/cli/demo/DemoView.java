package dev.tidemill.cli.demo;

import dev.tidemill.cli.output.EpochLine;
import dev.tidemill.cli.output.Terminal;
import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.schemas.TrainingProgress;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The live view. Redraws on a terminal, and prints a line every two seconds in a pipe. */
final class DemoView implements AutoCloseable {
  private static final long REDRAW_MS = 500;
  private static final long LINE_MS = 2_000;

  private final Terminal terminal;
  private final DemoFigures figures;
  private final Supplier<AnswerSummary> requests;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DemoView::thread);
  private long answersBefore;
  private long shownNanos = System.nanoTime();

  /**
   * @param requests supplies statistics of the current requests
   */
  DemoView(Terminal terminal, DemoFigures figures, Supplier<AnswerSummary> requests) {
    this.terminal = terminal;
    this.figures = figures;
    this.requests = requests;
  }

  void start() {
    long period = terminal.interactive() ? REDRAW_MS : LINE_MS;
    var unused = clock.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
  }

  private void show() {
    TrainingProgress training = figures.training();
    if (training == null) {
      return;
    }
    long answers = figures.answers();
    long now = System.nanoTime();
    double perSecond = (answers - answersBefore) / Math.max(1e-9, (now - shownNanos) / 1e9);
    answersBefore = answers;
    shownNanos = now;
    String trained = training(training);
    String served = serving(figures.newestAnswer(), perSecond, requests.get());
    if (terminal.interactive()) {
      terminal.draw("  training   " + trained + "\n  serving    " + served);
    } else {
      terminal.line("training " + trained + " | serving " + served);
    }
  }

  private static String training(TrainingProgress training) {
    return String.format(
        Locale.ROOT,
        "epoch %d  %,d samples  %,.0f samples/s  loss %s  accuracy %s",
        training.getEpoch(),
        training.getSamples(),
        training.getSamplesPerSecond(),
        EpochLine.figure(training.getLoss()),
        EpochLine.figure(training.getAccuracy()));
  }

  private static String serving(@Nullable Answer newest, double perSecond, AnswerSummary requests) {
    if (newest == null) {
      return "no version yet";
    }
    return String.format(
        Locale.ROOT,
        "version %d, %.1f s old  %,.0f predictions/s  p50 %.1f ms  p99 %.1f ms",
        newest.prediction().getModelVersion(),
        newest.prediction().getVersionAgeMs() / 1e3,
        perSecond,
        requests.p50Millis(),
        requests.p99Millis());
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo-view");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    terminal.draw("");
  }
}
