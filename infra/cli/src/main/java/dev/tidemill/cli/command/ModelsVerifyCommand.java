package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.LineageReport;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicContractException;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.TopicViolation;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Check that the lineage trained every sample exactly once.",
    description = {
      "Versions must count up without gaps, and each must name its parent. The offset ranges of"
          + " consecutive versions must touch and never overlap. The check reads all partitions of"
          + " checkpoints and checkpoint-chunks, to their high watermarks. With --payloads it also"
          + " checks each payload's SHA-256, names, shapes and finite values. Exits with status 1"
          + " if it finds a fault or cannot read something.",
      ""
    })
final class ModelsVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--payloads", description = "also read and check every payload")
  private boolean payloads;

  @Option(names = "--json", description = "print the report as one line of JSON")
  private boolean json;

  @Override
  public Integer call() {
    ModelContext context = ModelContext.of(connection.settings());
    List<String> wrongTopics = wrongTopics(context);
    LineageReport report =
        new ModelVersions(context).verifier().verify(payloads).withFaults(wrongTopics);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(row(report).toJson());
    } else {
      report.faults().forEach(out::println);
      report.unread().forEach(reason -> out.println("not checked: " + reason));
      out.println(report.versions() + " versions, " + verdict(report));
    }
    out.flush();
    return report.ok() ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  /** Other commands end at a topic that violates its contract; this one reports it as a fault. */
  private static List<String> wrongTopics(ModelContext context) {
    try {
      context.require(TopicRole.VIEWER);
      return List.of();
    } catch (TopicContractException e) {
      return e.violations().stream().map(TopicViolation::sentence).toList();
    }
  }

  private static ResultRow row(LineageReport report) {
    return new ResultRow()
        .with("versions", report.versions())
        .with("ok", report.ok())
        .with("faults", report.faults())
        .with("unread", report.unread());
  }

  private static String verdict(LineageReport report) {
    if (report.ok()) {
      return "no faults";
    }
    String faults = report.faults().size() + " faults";
    return report.unread().isEmpty() ? faults : faults + " found; not everything could be read";
  }
}
