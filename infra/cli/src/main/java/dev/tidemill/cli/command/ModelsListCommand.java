package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import dev.tidemill.cli.output.VersionRow;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List all versions, oldest first, with their offset ranges and metrics.",
    description = {
      "Ranges are partition:start-end of the batches topic, with the epoch after '@'. Loss,"
          + " accuracy and RMSE are prequential: measured on each sample before it is trained. RMSE"
          + " is in the target's own unit. Bytes are empty where retention has removed a version's"
          + " payload.",
      "",
      "With --labels, the column delayed has the accuracy or RMSE of each version's answers, by the"
          + " labels that became known later. That reads all predictions and labels on the topics.",
      ""
    })
final class ModelsListCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--json", description = "print one JSON object per line")
  private boolean json;

  @Option(names = "--labels", description = "also compare the answers with the topic labels")
  private boolean labels;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    ModelVersions versions = ModelVersions.of(connection);
    long pinned = ControlClient.pinned(versions.context());
    DelayedScores delayed = labels ? DelayedScores.read(versions.context()) : null;
    Lineage lineage = versions.lineage();
    ManifestLog manifests = versions.manifests();
    if (json) {
      manifests.forEachVersion(
          lineage,
          version -> {
            ResultRow row = VersionRow.forJson(version, pinned);
            if (delayed != null) {
              row.with("delayed", delayed.forJson(version));
            }
            out.println(row.toJson());
          });
    } else {
      try (Table table = new Table(out)) {
        manifests.forEachVersion(
            lineage,
            version -> {
              ResultRow row = VersionRow.forTable(version, pinned);
              if (delayed != null) {
                row.with("delayed", delayed.forTable(version));
              }
              table.add(row);
            });
      }
    }
    PrintWriter err = spec.commandLine().getErr();
    lineage.malformed().forEach(message -> err.println("models: " + message));
    if (delayed != null) {
      delayed.report(err);
    }
    err.flush();
    out.flush();
  }
}
