package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.LineageReport;
import dev.tidemill.checkpoints.LineageVerifier;
import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import dev.tidemill.cli.output.VersionRow;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicContractException;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.TopicViolation;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    header = "Look at a model's versions, check their lineage, export and pin them.",
    description = {
      "A version is a checkpoint: weights, the optimizer's state, and the very samples that it was"
          + " trained on. Versions count 1, 2, 3 ... and each goes on from its parent.",
      ""
    },
    subcommands = {ModelsPinCommand.class, ModelsUnpinCommand.class})
final class ModelsCommand implements Runnable {
  private static final String CLIENT_ID = "tidemill-models";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw UsageErrors.subcommand(spec);
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      header = "All versions, oldest first: what each was trained on, and how well it did.",
      description = {
        "Ranges are partition:start-end of the batches topic, with the epoch after '@'. Loss and"
            + " accuracy are prequential: of each sample before it was learned. Bytes are empty"
            + " where retention has removed a version's payload.",
        ""
      })
  int list(
      @Mixin ConnectionOptions connection,
      @Option(names = "--json", description = "one object a line") boolean json) {
    ModelContext site = site(connection);
    long pinned = PinControl.current(site);
    Lineage lineage = lineage(site);
    ManifestLog manifests = manifests(site);
    if (json) {
      manifests.forEachVersion(
          lineage, version -> out().println(VersionRow.forJson(version, pinned).toJson()));
    } else {
      try (Table table = new Table(out())) {
        manifests.forEachVersion(
            lineage, version -> table.add(VersionRow.forTable(version, pinned)));
      }
    }
    lineage.malformed().forEach(this::warn);
    out().flush();
    return ExitStatus.DONE;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      header = "One version's whole manifest (default: the newest), with its spec.",
      description = {"The spec is YAML, as --spec FILE of train takes it.", ""})
  int show(
      @Mixin ConnectionOptions connection,
      @Option(
              names = "--version-number",
              paramLabel = "N",
              description = "which version (default: the newest)")
          @Nullable Long version,
      @Option(names = "--json", description = "the manifest as one line of JSON") boolean json) {
    ModelContext site = site(connection);
    Checkpoint checkpoint = chosen(site, version);
    if (json) {
      out().println(checkpoint);
    } else {
      VersionRow.forTable(checkpoint, PinControl.current(site))
          .values()
          .forEach((name, value) -> out().printf("%-12s %s%n", name, value));
      checkpoint.getGaps().forEach(gap -> out().println("gap          " + words(gap)));
      checkpoint.getChanges().forEach(change -> out().println("changed      " + change));
      out().println();
      out().print(checkpoint.getSpec());
    }
    out().flush();
    return ExitStatus.DONE;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      header = "Check the lineage: every sample trained exactly once, every payload whole.",
      description = {
        "Versions count up without gaps, each names its parent, and the offset ranges of"
            + " consecutive versions touch and never overlap. All partitions of checkpoints and"
            + " checkpoint-chunks are covered, to their high watermarks. With --payloads each payload"
            + " is read too: sha-256, names, shapes, finite values. Status 1 if a fault was found or"
            + " something could not be read.",
        ""
      })
  int verify(
      @Mixin ConnectionOptions connection,
      @Option(names = "--payloads", description = "read every payload, too") boolean payloads,
      @Option(names = "--json", description = "one object a line") boolean json) {
    ModelContext site = ModelContext.of(connection.given());
    List<String> wrongTopics = wrongTopics(site);
    LineageReport report =
        new LineageVerifier(site.clients(), site.codec(), site.topics(), CLIENT_ID)
            .verify(payloads)
            .withFaults(wrongTopics);
    if (json) {
      out()
          .println(
              new ResultRow()
                  .with("versions", report.versions())
                  .with("ok", report.ok())
                  .with("faults", report.faults())
                  .with("unread", report.unread())
                  .toJson());
    } else {
      report.faults().forEach(out()::println);
      report.unread().forEach(reason -> out().println("not checked: " + reason));
      out().println(report.versions() + " versions, " + verdict(report));
    }
    out().flush();
    return report.ok() ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  /** What would end any other command is a fault among others here. */
  private static List<String> wrongTopics(ModelContext site) {
    try {
      site.require(TopicRole.VIEWER);
      return List.of();
    } catch (TopicContractException e) {
      return e.violations().stream().map(TopicViolation::sentence).toList();
    }
  }

  private static String verdict(LineageReport report) {
    if (report.ok()) {
      return "no fault";
    }
    String faults = report.faults().size() + " faults";
    return report.unread().isEmpty() ? faults : faults + " found; not everything could be read";
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      header = "Write a version's weights as a safetensors file, in PyTorch's names and shapes.",
      description = {"Any language reads it: safetensors.torch.load_file(FILE) in Python.", ""})
  int export(
      @Mixin ConnectionOptions connection,
      @Option(
              names = "--version-number",
              paramLabel = "N",
              description = "which version (default: the newest)")
          @Nullable Long version,
      @Option(names = "--with-optimizer", description = "the optimizer's state, too")
          boolean withOptimizer,
      @Parameters(paramLabel = "FILE.safetensors", description = "the file to write") Path file)
      throws IOException {
    ModelContext site = site(connection);
    Checkpoint checkpoint = chosen(site, version);
    // Beside the target first, so that a reader never sees half a file.
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (CheckpointReader reader = reader(site);
        FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      SafeTensors.write(reader.read(checkpoint), withOptimizer, channel);
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    spec.commandLine()
        .getErr()
        .println(
            "models: version "
                + checkpoint.getVersion()
                + " written to "
                + file
                + ", "
                + Files.size(file)
                + " bytes");
    return ExitStatus.DONE;
  }

  private static ModelContext site(ConnectionOptions connection) {
    ModelContext site = ModelContext.of(connection.given());
    site.require(TopicRole.VIEWER);
    return site;
  }

  private static Lineage lineage(ModelContext site) {
    return Lineage.read(site.clients(), site.codec(), site.topics(), CLIENT_ID);
  }

  private static ManifestLog manifests(ModelContext site) {
    return ManifestLog.of(site.clients(), site.codec(), site.topics(), CLIENT_ID);
  }

  private static CheckpointReader reader(ModelContext site) {
    return CheckpointReader.open(site.clients(), site.codec(), site.topics(), CLIENT_ID);
  }

  private static Checkpoint chosen(ModelContext site, @Nullable Long version) {
    Optional<Checkpoint> checkpoint =
        version == null ? lineage(site).newest() : manifests(site).version(version);
    return checkpoint.orElseThrow(
        () ->
            new IllegalStateException(
                "model "
                    + site.model()
                    + " has no version"
                    + (version == null ? " yet" : " " + version)));
  }

  private static String words(LostRange gap) {
    return "partition %d, offsets %d to %d: %s"
        .formatted(gap.getPartition(), gap.getStart(), gap.getEnd(), gap.getReason());
  }

  private void warn(String message) {
    spec.commandLine().getErr().println("models: " + message);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
