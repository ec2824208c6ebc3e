package dev.tidemill.cli.command;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command; it only has subcommands. */
@Command(
    name = "tidemill",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommandsRepeatable = false,
    header = "A message-driven training pipeline: batches in, checkpoints out, predictions served.",
    description = {
      "Data batches stream through Kafka topics to trainers, which publish checkpoints. Inference"
          + " workers load new checkpoints while they serve, and publish predictions to a topic.",
      ""
    },
    footer = {
      "",
      "Start here:",
      "  tidemill demo --exit-when-done",
      "",
      "Run each component as its own process (details: tidemill help COMMAND):",
      "  tidemill broker --data-dir ./log --port 9092",
      "  tidemill topics create --model digits",
      "  tidemill produce --model digits --data digits --limit 20000",
      "  tidemill train   --model digits --spec lenet",
      "  tidemill serve   --model digits",
      "  tidemill predict --model digits --data digits --limit 1000",
      "",
      "Benchmarks against peers measured in the same run:  tidemill bench list",
      "Shell completion (bash, zsh):  source <(tidemill generate-completion)",
      "Exit status: 0 done, 1 failed, 2 wrong usage or settings.",
      "Results go to standard output, everything else to standard error."
    },
    subcommands = {
      DemoCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      TrainCommand.class,
      ServeCommand.class,
      PredictCommand.class,
      DashboardCommand.class,
      LabelCommand.class,
      TopCommand.class,
      TailCommand.class,
      InspectCommand.class,
      ModelsCommand.class,
      ContractCommand.class,
      DeadLettersCommand.class,
      PlanCommand.class,
      SettingsCommand.class,
      MetricsCommand.class,
      GenerateCompletion.class,
      HelpCommand.class
    })
public final class TidemillCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
