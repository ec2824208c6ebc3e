package dev.tidemill.benchmarks;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.cli.run.Shutdown;
import java.util.Locale;

/** The command {@code tidemill}, with {@code bench} among its commands. */
public final class Bench {
  private Bench() {}

  public static void main(String[] args) {
    // Figures have a decimal point on every machine.
    Locale.setDefault(Locale.ROOT);
    BenchCommand bench = new BenchCommand(Benchmark.all());
    System.exit(Shutdown.exitStatus(Tidemill.commandLine(bench).execute(args)));
  }
}
