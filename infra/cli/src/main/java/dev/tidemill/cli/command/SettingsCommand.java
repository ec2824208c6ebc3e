package dev.tidemill.cli.command;

import dev.tidemill.cli.run.Components;
import dev.tidemill.runtime.SettingsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    header = "Print all settings as Markdown: name, type, default, valid values, meaning.",
    description = {
      "Set any of them in a --config file or with --set. Tidemill passes keys that begin with"
          + " kafka., producer., consumer. and admin. to the Kafka clients.",
      ""
    })
final class SettingsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(SettingsPage.print(Components.definitions()));
    spec.commandLine().getOut().flush();
  }
}
