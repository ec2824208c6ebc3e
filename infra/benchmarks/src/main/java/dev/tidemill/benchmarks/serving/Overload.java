package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends more requests than can be answered. Answers come in bursts, as they are committed, and a
 * slow machine's burst may outlast the time that counts. So the time grows until it holds enough
 * answers for a rate.
 */
final class Overload {
  static final int FEWEST_ANSWERS = 100;
  static final double LONGEST_SECONDS = 40;

  /** Times the rate of a backlog, which no contender keeps up with. */
  private static final double FACTOR = 1.5;

  private Overload() {}

  /**
   * Runs one round.
   *
   * @param load executes one order
   * @param progress receives a line when the time grows
   * @param who in words, for an error
   * @param perSecond the answers of a backlog
   * @param seconds how long, at first
   * @throws BenchmarkException if the longest time holds too few answers
   */
  static LoadResult round(
      Function<LoadOrder, LoadResult> load,
      Consumer<String> progress,
      String who,
      LoadTarget target,
      double perSecond,
      double seconds) {
    for (double time = seconds; ; time *= 2) {
      LoadResult result = load.apply(LoadOrder.openLoop(target, FACTOR * perSecond, time, 0));
      long answers = Math.round(result.keptUpPerSecond() * time / 2);
      if (answers >= FEWEST_ANSWERS) {
        return result;
      }
      String found =
          "%s answered %d requests in the second half of %.1f s, at %.0f requests a second"
              .formatted(who, answers, time, FACTOR * perSecond);
      if (time >= LONGEST_SECONDS) {
        throw new BenchmarkException(
            "%s; a rate needs %d. This machine is too slow, or too busy with other work"
                .formatted(found, FEWEST_ANSWERS));
      }
      progress.accept(found + "; trying twice as long");
    }
  }
}
