package dev.tidemill.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    header = "List a model's versions, verify their lineage, export, pin and roll back to them.",
    description = {
      "A version is a checkpoint: weights, optimizer state and the positions of the samples that it"
          + " was trained on. Versions count 1, 2, 3 ... and each continues from its parent.",
      ""
    },
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsVerifyCommand.class,
      ModelsExportCommand.class,
      ModelsPinCommand.class,
      ModelsUnpinCommand.class,
      ModelsRollbackCommand.class,
      ModelsDeleteCommand.class
    })
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }
}
