package dev.tidemill.pipeline;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.testbed.ChildJvm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** Runs the command line in this JVM or in a child JVM. */
final class Commands {
  private Commands() {}

  /** Runs a command in this JVM until it ends. */
  static Outcome run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        Tidemill.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments.toArray(String[]::new));
    return new Outcome(status, out.toString().lines().toList(), error.toString().lines().toList());
  }

  /** Starts a command in a child JVM. */
  static ChildJvm start(List<String> arguments) {
    return ChildJvm.start(Tidemill.class.getName(), arguments, Map.of());
  }
}
