package dev.tidemill.benchmarks.watching;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.evaluation.drift.DriftDetector;
import dev.tidemill.evaluation.drift.RandomAlarms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * Detectors on streams of errors whose rate is known. Each stream has a part without a change, of
 * which every alarm is false, and a change. Beside each detector, alarms at random at the same
 * rate.
 */
public final class DriftBenchmark {
  private static final int STEP = 32;
  private static final int STEADY = 100_000;
  private static final int CHANGED = 20_000;

  /** An alarm later than this after a change has missed it. */
  private static final int SOON = 2_000;

  private static final int STREAMS = 100;

  private DriftBenchmark() {}

  /**
   * Error rates before and after a change.
   *
   * @param over number of samples over which the rate rises
   */
  private record Stream(double before, double after, int over) {
    double rate(long sample) {
      double risen = Math.min(1, Math.max(0, (double) (sample - STEADY) / Math.max(1, over)));
      return before + (after - before) * risen;
    }

    String text() {
      return "%.0f %% to %.0f %%%s"
          .formatted(
              100 * before, 100 * after, over > 0 ? " over %,d samples".formatted(over) : "");
    }
  }

  /** What a detector did on a number of streams. */
  private static final class Tally {
    private final List<Double> delays = new ArrayList<>();
    private int missed;
    private long falseAlarms;
    private long alarms;

    void add(DriftDetector detector, Stream stream, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      long detected = 0;
      for (long sample = 0; sample < STEADY + CHANGED; sample += STEP) {
        int errors = 0;
        for (int i = 0; i < STEP; i++) {
          errors += random.nextDouble() < stream.rate(sample + i) ? 1 : 0;
        }
        if (detector.add((double) errors / STEP, STEP).isEmpty()) {
          continue;
        }
        alarms++;
        if (sample < STEADY) {
          falseAlarms++;
        } else if (detected == 0) {
          detected = sample + STEP - STEADY;
        }
      }
      if (detected == 0 || detected > SOON) {
        missed++;
      } else {
        delays.add((double) detected);
      }
    }

    double rate(int streams) {
      return (double) alarms / streams / (STEADY + CHANGED);
    }

    Optional<Figure> delay() {
      return delays.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Figure.of(delays.stream().mapToDouble(Double::doubleValue).toArray(), "samples"));
    }

    void row(Report.Table table, String name, int streams) {
      table.row(
          name,
          delay(),
          missed + " of " + streams,
          Figure.once(falseAlarms * 100_000.0 / STEADY / streams, ""));
    }
  }

  public static void run(BenchContext context) {
    Report report = context.report();
    int streams = context.quick() ? STREAMS / 10 : STREAMS;
    for (Stream stream :
        List.of(
            new Stream(0.1, 0.9, 0),
            new Stream(0.1, 0.3, 0),
            new Stream(0.3, 0.4, 0),
            new Stream(0.1, 0.5, 1000))) {
      context.say("error rate from " + stream.text());
      Report.Table table =
          report.table(
              "Error rate from " + stream.text(),
              "detector | delay | missed | false alarms per 100,000 samples");
      for (DetectorKind kind : DetectorKind.values()) {
        Tally tally = tally(seed -> kind.create(STEP), stream, streams);
        tally.row(table, kind.word(), streams);
        double rate = tally.rate(streams);
        tally(seed -> new RandomAlarms(rate, seed), stream, streams)
            .row(table, "random, as often as " + kind.word(), streams);
      }
    }
    report.note(
        "%d streams of %,d samples without a change and %,d after it, in steps of %d, each with a"
                .formatted(streams, STEADY, CHANGED, STEP)
            + " seed of its own. An alarm more than %,d samples after a change has missed it."
                .formatted(SOON));
  }

  private static Tally tally(LongFunction<DriftDetector> detector, Stream stream, int streams) {
    Tally tally = new Tally();
    for (long seed = 1; seed <= streams; seed++) {
      // Another seed than that of the values, which would otherwise decide when alarms come.
      tally.add(detector.apply(seed + 1_000_000), stream, seed);
    }
    return tally;
  }
}
