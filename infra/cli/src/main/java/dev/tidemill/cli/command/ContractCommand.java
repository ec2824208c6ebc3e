package dev.tidemill.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "contract",
    mixinStandardHelpOptions = true,
    header = "Show, compare, derive, write and replace a model's data contract.",
    description = {
      "The contract says what a model's data means: its features by name and in order, how they are"
          + " scaled, and the numbers of its classes. A model's first 'produce' writes it.",
      ""
    },
    subcommands = {
      ContractShowCommand.class,
      ContractDiffCommand.class,
      ContractDeriveCommand.class,
      ContractApplyCommand.class,
      ContractReplaceCommand.class,
      ContractStatsCommand.class
    })
final class ContractCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }
}
