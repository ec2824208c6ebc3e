package dev.tidemill.cli;

import dev.tidemill.cli.command.TidemillCommand;
import dev.tidemill.cli.log.LineFormatter;
import dev.tidemill.cli.log.LogProvider;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.messaging.tracing.ProcessTracing;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Runs one command and exits with its status: 0 done, 1 failed, 2 wrong usage or settings, 128 + n
 * ended cleanly after signal n.
 */
public final class Tidemill {
  static {
    LogProvider.install();
  }

  private Tidemill() {}

  public static void main(String[] args) {
    CommandLine tidemill = commandLineFor(args);
    tidemill.setErr(LineFormatter.around(tidemill.getErr()));
    int status = Shutdown.exitStatus(tidemill.execute(args));
    ProcessTracing.flush();
    System.exit(status);
  }

  /**
   * Builds the whole command. Executing it does not end the process.
   *
   * @param more further commands of a distribution, annotated with picocli's {@code @Command}
   */
  public static CommandLine commandLine(Object... more) {
    CommandLine tidemill = TidemillCommand.withAll();
    for (Object command : more) {
      tidemill.addSubcommand(command);
    }
    return configured(tidemill);
  }

  /**
   * Builds the command with only the subcommand that these arguments name, or with all if they name
   * none. Executing it does not end the process.
   */
  public static CommandLine commandLineFor(String... arguments) {
    return configured(TidemillCommand.withSubcommandOf(arguments));
  }

  private static CommandLine configured(CommandLine tidemill) {
    FaultHandler faults = new FaultHandler();
    formatHelp(tidemill);
    return tidemill
        .setResourceBundle(new HelpWords())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(faults)
        .setExecutionExceptionHandler(faults);
  }

  /** Puts a blank line around each part of the help and required options into the synopsis. */
  private static void formatHelp(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .synopsisHeading("%nUsage: ")
        .descriptionHeading("%n")
        .abbreviateSynopsis(
            command.getCommandSpec().options().stream().noneMatch(OptionSpec::required));
    command.getSubcommands().values().forEach(Tidemill::formatHelp);
  }
}
