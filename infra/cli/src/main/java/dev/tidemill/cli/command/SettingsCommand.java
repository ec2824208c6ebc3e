package dev.tidemill.cli.command;

import dev.tidemill.cli.run.Components;
import dev.tidemill.runtime.SettingsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    header = "Print every setting: name, type, default, valid values, meaning (Markdown).",
    description = {
      "Each can stand in a --config file or behind --set. Keys under kafka., producer., consumer."
          + " and admin. go to the Kafka clients as they are.",
      ""
    })
public final class SettingsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(page());
    spec.commandLine().getOut().flush();
  }

  /** What docs/settings.md holds. */
  public static String page() {
    return SettingsPage.print(Components.definitions());
  }
}
