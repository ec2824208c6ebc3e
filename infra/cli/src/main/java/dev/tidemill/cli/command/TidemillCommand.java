package dev.tidemill.cli.command;

import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
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
      "Attack the guarantees with faults, and audit them:  tidemill chaos",
      "Shell completion (bash, zsh):  source <(tidemill generate-completion)",
      "Exit status: 0 done, 1 failed, 2 wrong usage or settings.",
      "Results go to standard output, everything else to standard error."
    })
public final class TidemillCommand implements Runnable {
  private static final List<Class<?>> SUBCOMMANDS =
      List.of(
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
          DoctorCommand.class,
          TailCommand.class,
          InspectCommand.class,
          ModelsCommand.class,
          ContractCommand.class,
          DeadLettersCommand.class,
          PlanCommand.class,
          SettingsCommand.class,
          MetricsCommand.class);

  @Spec private CommandSpec spec;

  /** Creates the command with all its subcommands. */
  public static CommandLine withAll() {
    return with(SUBCOMMANDS)
        .addSubcommand(new GenerateCompletion())
        .addSubcommand(new HelpCommand());
  }

  /**
   * Creates the command with the subcommand of these arguments only, if there is one, since picocli
   * examines every option of every subcommand.
   */
  public static CommandLine withSubcommandOf(String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    return SUBCOMMANDS.stream()
        .filter(command -> command.getAnnotation(Command.class).name().equals(first))
        .findFirst()
        .map(command -> with(List.of(command)))
        .orElseGet(TidemillCommand::withAll);
  }

  private static CommandLine with(List<Class<?>> subcommands) {
    CommandLine tidemill = new CommandLine(new TidemillCommand());
    subcommands.forEach(tidemill::addSubcommand);
    return tidemill;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
