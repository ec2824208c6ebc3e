package dev.tidemill.cli;

import dev.tidemill.cli.command.TidemillCommand;
import dev.tidemill.cli.run.Shutdown;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Runs one command and ends with its exit status: 0 done, 1 failed, 2 wrong usage or settings, 128
 * + n ended cleanly after signal n.
 */
public final class Tidemill {
  private Tidemill() {}

  public static void main(String[] args) {
    System.exit(Shutdown.exitStatus(commandLine().execute(args)));
  }

  /**
   * The whole command, to be executed in a process that goes on after it.
   *
   * @param more commands that a distribution adds, annotated as picocli wants them
   */
  public static CommandLine commandLine(Object... more) {
    FaultHandler faults = new FaultHandler();
    CommandLine tidemill = new CommandLine(new TidemillCommand());
    for (Object command : more) {
      tidemill.addSubcommand(command);
    }
    layOut(tidemill);
    return tidemill
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(faults)
        .setExecutionExceptionHandler(faults);
  }

  /** A line of air around each part of the help; the synopsis names what must be given. */
  private static void layOut(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .synopsisHeading("%nUsage: ")
        .descriptionHeading("%n")
        .abbreviateSynopsis(
            command.getCommandSpec().options().stream().noneMatch(OptionSpec::required));
    command.getSubcommands().values().forEach(Tidemill::layOut);
  }
}
