package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.SizedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** The time from a version's commit to its first answer, by size, under a steady load. */
final class FirstUse {
  private FirstUse() {}

  /**
   * The work with one size.
   *
   * @param versions that count; one before them does not
   * @param everyMillis more than a version takes to be published and loaded
   * @param perSecond requests, as the network's cost allows
   * @param targetMillis of the 99th percentile; 0 if there is no target
   */
  private record Size(
      SizedNetwork network,
      int versions,
      long everyMillis,
      double perSecond,
      double targetMillis) {}

  static void measure(BenchContext context, Broker broker, LoadGenerator load)
      throws InterruptedException {
    Report report = context.report();
    boolean quick = context.quick();
    List<Size> sizes = new ArrayList<>();
    sizes.add(new Size(SizedNetwork.SMALL, quick ? 10 : 100, 150, 500, 100));
    sizes.add(new Size(SizedNetwork.MIDDLE, quick ? 3 : 20, 1_500, 200, 0));
    if (!quick) {
      sizes.add(new Size(SizedNetwork.LARGE, 6, 8_000, 10, 1_000));
    }
    Report.Table table =
        report.table(
            "From the return of a version's commit to the first committed answer by it or a later"
                + " one",
            "weights | versions, or later ones, that answered | median (least–most) | p99");
    for (Size size : sizes) {
      String megabytes = size.network().size();
      context.say("from commit to first answer, " + megabytes);
      Optional<Figure> p99 = Optional.empty();
      try {
        double[] millis = millis(context, broker, load, size);
        // Of a version that never answered, the time is unknown.
        if (millis.length == size.versions()) {
          p99 = Optional.of(Figure.once(percentile(millis, 99), "ms"));
        }
        String answered = millis.length + " of " + size.versions();
        table.row(megabytes, answered, Figure.of(millis, "ms"), p99);
      } catch (BenchmarkException e) {
        // The other sizes' figures took minutes, and are valid without this one's.
        report.note("%s failed: %s.".formatted(megabytes, e.getMessage()));
      }
      if (size.targetMillis() > 0) {
        String what = "ms from a version's commit to its first answer, p99, " + megabytes;
        report.atMost(size.targetMillis(), what, p99);
      }
    }
    report.note("A 99th percentile of fewer than 100 versions is the slowest of them.");
  }

  private static double[] millis(BenchContext context, Broker broker, LoadGenerator load, Size size)
      throws InterruptedException {
    String name = "first-use-" + size.network().name();
    try (SwapStage stage = SwapStage.start(context, broker, name, size.network())) {
      double seconds = (size.versions() + 2) * size.everyMillis() / 1e3;
      SwapStage.Window window =
          stage.swapping(
              load,
              LoadOrder.openLoop(stage.model().target(), size.perSecond(), seconds, 0),
              new VersionPublisher.Order(size.versions() + 1, size.everyMillis()));
      double[] millis = millis(window.committed(), window.load().firstByVersion());
      if (millis.length == 0) {
        throw new BenchmarkException(name + ": none of the published versions answered");
      }
      return millis;
    }
  }

  /**
   * The times from each commit to the first answer by that version or a later one: if a later one
   * answers first, the version was the slow one. Leaves out the first commit, for which the worker
   * has never swapped, and commits without such an answer.
   *
   * @param committed when, by version, in microseconds
   * @param seen when an answer by each version was first seen, on the same clock
   */
  static double[] millis(Map<Long, Long> committed, Map<Long, Long> seen) {
    TreeMap<Long, Long> answers = new TreeMap<>(seen);
    DoubleStream.Builder millis = DoubleStream.builder();
    new TreeMap<>(committed)
        .entrySet().stream()
            .skip(1)
            .forEach(
                commit ->
                    answers.tailMap(commit.getKey()).values().stream()
                        .mapToLong(Long::longValue)
                        .min()
                        .ifPresent(first -> millis.add((first - commit.getValue()) / 1e3)));
    return millis.build().toArray();
  }

  /** The smallest value that this percentage of the values does not exceed. */
  static double percentile(double[] values, double percent) {
    long smaller = (long) Math.ceil(percent / 100 * values.length) - 1;
    return DoubleStream.of(values).sorted().skip(smaller).findFirst().orElseThrow();
  }
}
