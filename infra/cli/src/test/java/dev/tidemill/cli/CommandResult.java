package dev.tidemill.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** The exit status and the output of a command line. */
public record CommandResult(int status, String out, String err) {
  /** Runs a command. Help is for a terminal of 80 columns. */
  public static CommandResult tidemill(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Tidemill.commandLineFor(arguments)
            .setUsageHelpAutoWidth(false)
            .setUsageHelpWidth(80)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new CommandResult(status, out.toString(), err.toString());
  }

  List<String> errorLines() {
    return err.lines().toList();
  }
}
