package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    header = "Note that dead letters need no action.",
    description = {
      "They stay on the topic until retention removes them, but 'list' shows them only with --all,"
          + " and they cannot be replayed. Exits with status 1 if one of the chosen letters was"
          + " replayed or discarded before.",
      ""
    })
final class DeadLettersDiscardCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private LetterSelection selection = new LetterSelection();

  @Override
  public Integer call() {
    selection.require(spec);
    LetterPrinter printer =
        new LetterPrinter("discarded", spec.commandLine().getOut(), spec.commandLine().getErr());
    try (DeadLetterActions actions = Letters.of(connection).actions()) {
      actions.discard(selection::matches, printer);
    }
    return printer.end(selection.missing());
  }
}
