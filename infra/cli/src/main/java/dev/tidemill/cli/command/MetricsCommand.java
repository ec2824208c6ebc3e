package dev.tidemill.cli.command;

import dev.tidemill.cli.run.Components;
import dev.tidemill.runtime.MetricsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    header = "Print all metrics as Markdown: name, kind, tags, meaning.",
    description = {"Start a worker with --metrics-port N to export them.", ""})
final class MetricsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(MetricsPage.print(Components.meters()));
    spec.commandLine().getOut().flush();
  }
}
