package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.messaging.TopicRole;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show a version of the data contract as YAML.",
    description = {"'produce --contract FILE' and 'contract apply FILE' read it.", ""})
final class ContractShowCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--version-number",
      paramLabel = "N",
      description = "which version (default: the newest)")
  private @Nullable Integer version;

  @Override
  public void run() {
    Contract contract = ContractVersions.of(connection, TopicRole.VIEWER).find(version);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "# %s, compatible with batches since version %d%n",
        contract, contract.record().getCompatibleSince());
    out.printf(
        "# written by %s at %s%n",
        contract.record().getProducer(), contract.record().getCreatedAt());
    contract.record().getChanges().forEach(change -> out.println("# changed: " + change));
    out.print(ContractFile.text(contract));
    out.flush();
  }
}
