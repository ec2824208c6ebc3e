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
    name = "replace",
    mixinStandardHelpOptions = true,
    header = "Write a contract that gives numbers another meaning than the newest one.",
    description = {
      "From then on, trainers refuse batches of the versions before, and running producers must be"
          + " started again. The model has learned what the old numbers meant. Versions that were"
          + " trained before still answer with their own contract.",
      ""
    })
final class ContractReplaceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "FILE.yaml", description = "the contract to write")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    Contract said = ContractSettings.read(file);
    ContractVersions versions = ContractVersions.of(connection, TopicRole.PRODUCER);
    Contract newest = versions.find(null);
    ContractDifference difference = ContractDifference.between(newest, said);
    if (difference.isCompatible()) {
      throw new IllegalStateException(
          file
              + " replaces nothing: "
              + (difference.isEmpty()
                  ? "it does not differ from " + newest
                  : "its differences are compatible; use tidemill contract apply"));
    }
    Contract written = versions.write(said);
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "contract: batches of versions before "
            + written.version()
            + " are refused from now on; send them again, and restart running producers");
    err.flush();
    PrintWriter out = spec.commandLine().getOut();
    out.println("wrote " + written);
    written.record().getChanges().forEach(out::println);
    out.flush();
    return 0;
  }
}
