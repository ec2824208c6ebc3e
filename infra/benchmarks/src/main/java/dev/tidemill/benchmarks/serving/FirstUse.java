package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How long after its commit a version first answers, by size, under a steady stream of requests.
 */
final class FirstUse {
  private final BenchContext context;
  private final String bootstrapServers;
  private final LoadClient load;

  FirstUse(BenchContext context, String bootstrapServers, LoadClient load) {
    this.context = context;
    this.bootstrapServers = bootstrapServers;
    this.load = load;
  }

  /**
   * What is done with one size.
   *
   * @param versions that count; one before them does not
   * @param everyMillis more than one takes to be published and loaded
   * @param perSecond requests, as the network's cost allows
   * @param targetMillis of the 99th percentile; empty where none is set
   */
  private record Size(
      SizedSpec spec,
      int versions,
      long everyMillis,
      double perSecond,
      OptionalDouble targetMillis) {

    PublishOrder publications() {
      return new PublishOrder(versions + 1, everyMillis);
    }

    double seconds() {
      return (versions + 2) * everyMillis / 1e3;
    }
  }

  void measure(Report.Builder report) throws InterruptedException {
    List<Size> sizes =
        context.quick()
            ? List.of(
                new Size(SizedSpec.SMALL, 10, 150, 500, OptionalDouble.of(100)),
                new Size(SizedSpec.MIDDLE, 3, 1_500, 200, OptionalDouble.empty()))
            : List.of(
                new Size(SizedSpec.SMALL, 100, 150, 500, OptionalDouble.of(100)),
                new Size(SizedSpec.MIDDLE, 20, 1_500, 200, OptionalDouble.empty()),
                new Size(SizedSpec.LARGE, 6, 8_000, 10, OptionalDouble.of(1_000)));
    List<List<Cell>> rows = new ArrayList<>();
    for (Size size : sizes) {
      context.say("from commit to first answer, " + size.spec().megabytes() + " MB");
      Optional<Figure> p99 = Optional.empty();
      try {
        double[] millis = millis(size);
        Figure slowest = Figure.once(percentile(millis, 99), "ms");
        p99 = Optional.of(slowest);
        rows.add(
            List.of(
                Cell.of(size.spec().megabytes() + " MB"),
                Cell.of(millis.length + " of " + size.versions()),
                Cell.of(Figure.of(millis, "ms")),
                Cell.of(slowest)));
      } catch (BenchmarkException failed) {
        // The other sizes' figures took minutes, and stand without this one's.
        report.note("%s MB failed: %s.".formatted(size.spec().megabytes(), failed.getMessage()));
      }
      Optional<Figure> measured = p99;
      size.targetMillis()
          .ifPresent(
              wanted ->
                  report.target(
                      Target.atMost(
                          wanted,
                          "ms from a version's commit to its first answer, p99, %s MB"
                              .formatted(size.spec().megabytes()),
                          measured)));
    }
    report.table(
        "From the return of a version's commit to the first committed answer by it",
        List.of("weights", "versions that answered", "median (least–most)", "p99"),
        rows);
    report.note("A 99th percentile of fewer than 100 versions is the slowest of them.");
  }

  private double[] millis(Size size) throws InterruptedException {
    String name = "first-use-" + size.spec().megabytes().replace('.', '-');
    try (SwapStage stage =
        SwapStage.start(context, bootstrapServers, load, name, size.spec().yaml())) {
      LoadOrder order = LoadOrder.openLoop(stage.target(), size.perSecond(), size.seconds(), 0);
      return millis(stage.swapping(order, size.publications()), name);
    }
  }

  /** Without the first, which finds a worker that has never swapped. */
  private static double[] millis(SwapStage.Window window, String name) {
    Map<Long, Long> seen = window.load().firstByVersion();
    double[] millis =
        window.committed().entrySet().stream()
            .skip(1)
            .filter(commit -> seen.containsKey(commit.getKey()))
            .mapToDouble(
                commit -> (seen.getOrDefault(commit.getKey(), 0L) - commit.getValue()) / 1e3)
            .toArray();
    if (millis.length == 0) {
      throw new BenchmarkException(name + ": no version that was published answered");
    }
    return millis;
  }

  /** The least value that so many of a hundred do not exceed. */
  static double percentile(double[] values, double percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int place = (int) Math.ceil(percent / 100 * sorted.length) - 1;
    return sorted[Math.max(0, place)];
  }
}
