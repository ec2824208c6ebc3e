package dev.tidemill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options about how much is measured, and of what. */
final class WishOptions {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds that count (default: the benchmark's own number)")
  private int rounds;

  @Option(names = "--quick", description = "few, short rounds: to see that it runs, not to publish")
  private boolean quick;

  @Option(
      names = "--spec",
      paramLabel = "NAME",
      split = ",",
      description = "only these networks: lenet, mlp")
  private List<String> specs = new ArrayList<>();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = ",",
      description = "only these batch sizes")
  private List<Integer> batchSizes = new ArrayList<>();

  BenchContext.Wishes wishes() {
    return new BenchContext.Wishes(rounds, quick, specs, batchSizes);
  }

  /** As they stand on a command line, those that are not the defaults. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (rounds > 0) {
      text.append(" --rounds ").append(rounds);
    }
    if (quick) {
      text.append(" --quick");
    }
    if (!specs.isEmpty()) {
      text.append(" --spec ").append(String.join(",", specs));
    }
    if (!batchSizes.isEmpty()) {
      text.append(" --batch-size ")
          .append(String.join(",", batchSizes.stream().map(String::valueOf).toList()));
    }
    return text.toString().strip();
  }
}
