package dev.tidemill.cli;

import picocli.CommandLine;

/** Runs one command and ends with its exit status: 0 done, 1 failed, 2 wrong usage or settings. */
public final class Tidemill {
  private Tidemill() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command, to be executed in a process that goes on after it. */
  public static CommandLine commandLine() {
    FaultHandler faults = new FaultHandler();
    return new CommandLine(new TidemillCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(faults)
        .setExecutionExceptionHandler(faults);
  }
}
