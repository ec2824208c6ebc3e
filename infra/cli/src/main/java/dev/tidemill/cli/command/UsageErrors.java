package dev.tidemill.cli.command;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Faults of the command line that only a command can see. */
final class UsageErrors {
  private UsageErrors() {}

  /** A command that only has subcommands was called without one. */
  static ParameterException subcommand(CommandSpec spec) {
    return new ParameterException(
        spec.commandLine(), "one of " + spec.subcommands().keySet() + " is missing");
  }

  /** What the supplier makes; its complaint about an argument is a fault of usage. */
  static <T> T valid(CommandSpec spec, Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
