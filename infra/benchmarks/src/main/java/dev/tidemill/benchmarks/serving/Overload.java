package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks for more than can be answered. Answers come in bursts, as they are committed, and a slow
 * machine's burst may take longer than the time that counts: so the time grows until it holds
 * enough answers to make a rate of.
 */
final class Overload {
  static final int FEWEST_ANSWERS = 100;
  static final double LONGEST_SECONDS = 40;

  /** Of the rate that was answered without more arriving: nobody keeps up with it. */
  private static final double FACTOR = 1.5;

  private final Function<LoadOrder, LoadResult> load;
  private final Consumer<String> progress;

  /**
   * @param load does one order
   * @param progress gets a line when the time grows
   */
  Overload(Function<LoadOrder, LoadResult> load, Consumer<String> progress) {
    this.load = load;
    this.progress = progress;
  }

  /**
   * One round.
   *
   * @param who in words, for an error
   * @param perSecond what was answered of a backlog
   * @param seconds how long, at first
   * @throws BenchmarkException if the longest time holds too few answers
   */
  LoadResult round(String who, LoadTarget target, double perSecond, double seconds) {
    for (double time = seconds; ; time *= 2) {
      LoadResult result = load.apply(LoadOrder.openLoop(target, FACTOR * perSecond, time, 0));
      long answers = Math.round(result.keptUpPerSecond() * time / 2);
      if (answers >= FEWEST_ANSWERS) {
        return result;
      }
      String found =
          String.format(
              Locale.ROOT,
              "%s answered %d requests in the second half of %.1f s, while %.0f arrived a second",
              who,
              answers,
              time,
              FACTOR * perSecond);
      if (time >= LONGEST_SECONDS) {
        throw new BenchmarkException(
            found
                + "; a rate takes "
                + FEWEST_ANSWERS
                + ". This machine is too slow, or too busy with other work, to measure");
      }
      progress.accept(found + "; again for twice as long");
    }
  }
}
