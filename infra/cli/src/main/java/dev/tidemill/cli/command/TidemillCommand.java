package dev.tidemill.cli.command;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "tidemill",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommandsRepeatable = false,
    header = "A message-driven training pipeline: batches in, checkpoints out, predictions served.",
    description = {
      "Data batches stream through Kafka topics to trainers, which publish checkpoints; serving"
          + " workers pick the checkpoints up while they serve, and answer requests on a topic of"
          + " their own.",
      ""
    },
    footer = {
      "",
      "Begin with:",
      "  tidemill demo --exit-when-done",
      "",
      "The same with a process each (tidemill help COMMAND tells more):",
      "  tidemill broker --data-dir ./log --port 9092",
      "  tidemill topics create --model digits",
      "  tidemill produce --model digits --data digits --limit 20000",
      "  tidemill train   --model digits --spec lenet",
      "  tidemill serve   --model digits",
      "  tidemill predict --model digits --data digits --limit 1000",
      "",
      "Figures, beside peers measured in the same run:  tidemill bench list",
      "Completion for bash and zsh:  source <(tidemill generate-completion)",
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
      ModelsCommand.class,
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
