package dev.tidemill.chaos;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.cli.run.Shutdown;
import java.util.Locale;

/** The command {@code tidemill}, with {@code chaos} among its commands. */
public final class Chaos {
  private Chaos() {}

  public static void main(String[] args) {
    // Figures have a decimal point on every machine.
    Locale.setDefault(Locale.ROOT);
    System.exit(Shutdown.exitStatus(Tidemill.commandLine(new ChaosCommand()).execute(args)));
  }
}
