package dev.tidemill.benchmarks;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.cli.run.Shutdown;

/** The command {@code tidemill}, with {@code bench} among its commands. */
public final class Bench {
  private Bench() {}

  public static void main(String[] args) {
    System.exit(Shutdown.exitStatus(Tidemill.commandLine(new BenchCommand()).execute(args)));
  }
}
