package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

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
        // How slow those were that were waited for in vain, nobody knows.
        if (millis.length == size.versions()) {
          p99 = Optional.of(Figure.once(percentile(millis, 99), "ms"));
        }
        rows.add(
            List.of(
                Cell.of(size.spec().megabytes() + " MB"),
                Cell.of(millis.length + " of " + size.versions()),
                Cell.of(Figure.of(millis, "ms")),
                p99.map(Cell::of).orElseGet(Cell::none)));
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
        "From the return of a version's commit to the first committed answer by it or a later one",
        List.of("weights", "versions, or later ones, that answered", "median (least–most)", "p99"),
        rows);
    report.note("A 99th percentile of fewer than 100 versions is the slowest of them.");
  }

  private double[] millis(Size size) throws InterruptedException {
    String name = "first-use-" + size.spec().megabytes().replace('.', '-');
    try (SwapStage stage =
        SwapStage.start(context, bootstrapServers, load, name, size.spec().yaml())) {
      LoadOrder order = LoadOrder.openLoop(stage.target(), size.perSecond(), size.seconds(), 0);
      SwapStage.Window window = stage.swapping(order, size.publications());
      double[] millis = millis(window.committed(), window.load().firstByVersion());
      if (millis.length == 0) {
        throw new BenchmarkException(name + ": no version that was published answered");
      }
      return millis;
    }
  }

  /**
   * From each commit to the first answer by that version or a later one: a version that is
   * overtaken before it has answered was the slow one. The first commit is left out, as it finds a
   * worker that has never swapped, and so are those that nothing as new answered.
   *
   * @param committed when, by version, in microseconds
   * @param seen when an answer by each version was first seen, on the same clock
   */
  static double[] millis(Map<Long, Long> committed, Map<Long, Long> seen) {
    TreeMap<Long, Long> answers = new TreeMap<>(seen);
    return new TreeMap<>(committed)
        .entrySet().stream()
            .skip(1)
            .flatMap(
                commit ->
                    answers.tailMap(commit.getKey()).values().stream()
                        .min(Comparator.naturalOrder())
                        .map(first -> (first - commit.getValue()) / 1e3)
                        .stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
  }

  /** The least value that so many of a hundred do not exceed. */
  static double percentile(double[] values, double percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int place = (int) Math.ceil(percent / 100 * sorted.length) - 1;
    return sorted[Math.max(0, place)];
  }
}
