package dev.tidemill.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    header = "List records that workers refused, replay them, and discard them.",
    description = {
      "A record that cannot be used becomes a dead letter, with the reason and its bytes. Its id is"
          + " its offset on the topic dead-letters.",
      ""
    },
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class,
      DeadLettersDiscardCommand.class
    })
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }
}
