package dev.tidemill.cli.command;

import dev.tidemill.cli.option.AnswerOptions;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.messaging.TrainingControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "learning-rate",
    mixinStandardHelpOptions = true,
    header = "Multiply the schedule's learning rate from the next step on.",
    description = {
      "The factor replaces the one before and holds until the next command, also for trainers that"
          + " start later. 1 is the schedule itself. The next version's manifest names the change.",
      "Exits with status 1 if no trainer accepts it in time (--timeout).",
      ""
    })
final class TrainLearningRateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private AnswerOptions answers = new AnswerOptions();

  @Parameters(paramLabel = "FACTOR", description = "above 0 and at most 1000; 1 undoes it")
  private double factor;

  @Override
  public Integer call() {
    UsageErrors.requireNoParentOptions(spec);
    if (!TrainingControl.isFactor(factor)) {
      throw new ParameterException(spec.commandLine(), TrainingControl.refuse(factor));
    }
    return ControlClient.ask(spec, connection, answers, control -> control.learningRate(factor));
  }
}
