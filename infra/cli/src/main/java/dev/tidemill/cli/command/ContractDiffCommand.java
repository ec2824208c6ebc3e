package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDifference;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.ContractSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    header = "Say in words how a file differs from the model's newest contract.",
    description = {
      "Exits with status 1 if a difference gives numbers another meaning, so that it needs"
          + " 'contract replace'.",
      ""
    })
final class ContractDiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "FILE.yaml", description = "the contract to compare")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    Contract said = ContractSettings.read(file);
    Contract newest = ContractVersions.of(connection, TopicRole.VIEWER).find(null);
    ContractDifference difference = ContractDifference.between(newest, said);
    PrintWriter out = spec.commandLine().getOut();
    if (difference.isEmpty()) {
      out.println("no difference from " + newest);
    }
    difference.words().forEach(out::println);
    out.flush();
    return difference.isCompatible() ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
