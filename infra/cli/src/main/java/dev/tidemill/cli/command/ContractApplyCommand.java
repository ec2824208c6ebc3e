package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
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
    name = "apply",
    mixinStandardHelpOptions = true,
    header = "Write a file as the model's first contract, or as a compatible next version.",
    description = {
      "Compatible are ranges, and classes and categories that are appended; categories only with"
          + " the encoding index. Anything else gives numbers another meaning and needs 'contract"
          + " replace'.",
      "To append a category: write 'contract show' to a file, add the category behind the others,"
          + " and apply the file. 'produce --new-classes append' appends classes only.",
      ""
    })
final class ContractApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "FILE.yaml", description = "the contract to write")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    Contract said = ContractSettings.read(file);
    ContractVersions versions = ContractVersions.of(connection, TopicRole.PRODUCER);
    Contract newest = versions.newest();
    PrintWriter out = spec.commandLine().getOut();
    if (newest != null) {
      ContractDifference difference = ContractDifference.between(newest, said);
      if (difference.isEmpty()) {
        out.println("nothing to write: no difference from " + newest);
        out.flush();
        return 0;
      }
      if (!difference.isCompatible()) {
        throw new IllegalStateException(
            file
                + " gives numbers another meaning than "
                + newest
                + ": "
                + String.join("; ", difference.incompatible())
                + ". If that is meant, use tidemill contract replace");
      }
    }
    Contract written = versions.write(said);
    out.println("wrote " + written);
    written.record().getChanges().forEach(out::println);
    out.flush();
    return 0;
  }
}
