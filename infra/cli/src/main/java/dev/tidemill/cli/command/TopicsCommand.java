package dev.tidemill.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    header = "Create and describe a model's topics.",
    description = {
      "A model owns ten topics, <prefix>.<model>.batches and so on. Workers never create topics:"
          + " they end with an error that names the missing topic.",
      ""
    },
    subcommands = {TopicsCreateCommand.class, TopicsDescribeCommand.class, TopicsAclsCommand.class})
final class TopicsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }
}
