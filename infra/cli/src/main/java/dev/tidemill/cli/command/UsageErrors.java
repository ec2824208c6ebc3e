package dev.tidemill.cli.command;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Builds usage errors that picocli cannot detect by itself. */
final class UsageErrors {
  private UsageErrors() {}

  /** The error of a command that needs a subcommand and got none. */
  static ParameterException subcommand(CommandSpec spec) {
    return new ParameterException(
        spec.commandLine(), "one of " + spec.subcommands().keySet() + " is missing");
  }

  /** Rejects a number that no version has. */
  static void requireVersion(CommandSpec spec, long version) {
    if (version < 1) {
      throw new ParameterException(spec.commandLine(), "a version is at least 1, not " + version);
    }
  }

  /** Rejects options in front of a subcommand, which the subcommand would ignore. */
  static void requireNoParentOptions(CommandSpec spec) {
    CommandSpec parent = spec.parent();
    if (!parent.commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "options belong behind the subcommand: " + spec.qualifiedName() + " [OPTIONS]");
    }
  }

  /**
   * Returns the supplier's value; turns its {@link IllegalArgumentException} into a usage error.
   */
  static <T> T valid(CommandSpec spec, Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
