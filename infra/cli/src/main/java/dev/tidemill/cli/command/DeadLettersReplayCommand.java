package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    header = "Send the records of dead letters to their topics again.",
    description = {
      "Do it after the cause is removed, for example after the missing contract was written. Each"
          + " record is sent once, unchanged but for two headers: tidemill-origin and"
          + " tidemill-replays. Exits with status 1 if one of the chosen letters cannot be"
          + " replayed.",
      ""
    })
final class DeadLettersReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private LetterSelection selection = new LetterSelection();

  @Option(
      names = "--max-replays",
      paramLabel = "N",
      defaultValue = "3",
      description = "refuse a record that was replayed as often (default: ${DEFAULT-VALUE})")
  private int maxReplays;

  @Override
  public Integer call() {
    selection.require(spec);
    if (maxReplays < 1) {
      throw new ParameterException(spec.commandLine(), "--max-replays must be at least 1");
    }
    LetterPrinter printer =
        new LetterPrinter("replayed", spec.commandLine().getOut(), spec.commandLine().getErr());
    try (DeadLetterActions actions = Letters.of(connection).actions()) {
      actions.replay(selection::matches, maxReplays, printer);
    }
    return printer.end(selection.missing());
  }
}
