package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.VersionRow;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
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
    header = "Show one version's manifest and its model spec.",
    description = {"The spec is YAML; 'train --spec FILE' reads it.", ""})
final class ModelsShowCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--version-number",
      paramLabel = "N",
      description = "which version (default: the newest)")
  private @Nullable Long version;

  @Option(names = "--json", description = "print the manifest as one line of JSON")
  private boolean json;

  @Override
  public void run() {
    ModelVersions versions = ModelVersions.of(connection);
    Checkpoint checkpoint = versions.find(version);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(checkpoint);
    } else {
      print(out, checkpoint, ControlClient.pinned(versions.context()));
    }
    out.flush();
  }

  private static void print(PrintWriter out, Checkpoint checkpoint, long pinned) {
    VersionRow.forTable(checkpoint, pinned)
        .values()
        .forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    checkpoint.getGaps().forEach(gap -> out.println("gap          " + describe(gap)));
    checkpoint.getChanges().forEach(change -> out.println("changed      " + change));
    out.println();
    out.print(checkpoint.getSpec());
  }

  private static String describe(LostRange gap) {
    return "partition %d, offsets %d to %d: %s"
        .formatted(gap.getPartition(), gap.getStart(), gap.getEnd(), gap.getReason());
  }
}
