package dev.tidemill.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** The exit status and the output of a command line. */
public record CommandResult(int status, String out, String err) {
  public static CommandResult tidemill(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new CommandResult(status, out.toString(), err.toString());
  }

  /** Formats help for a terminal of 80 columns. */
  static CommandLine commandLine() {
    return Tidemill.commandLine().setUsageHelpAutoWidth(false).setUsageHelpWidth(80);
  }

  List<String> errorLines() {
    return err.lines().toList();
  }
}
