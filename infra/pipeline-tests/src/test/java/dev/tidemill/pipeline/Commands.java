package dev.tidemill.pipeline;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.testbed.ChildJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command line in this JVM or in a child JVM. */
final class Commands {
  private Commands() {}

  /** Runs a command in this JVM until it ends. */
  static Outcome run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    String[] words = arguments.toArray(String[]::new);
    int status =
        Tidemill.commandLineFor(words)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(error, true))
            .execute(words);
    return new Outcome(status, out.toString().lines().toList(), error.toString().lines().toList());
  }

  /** Starts a command in a child JVM. */
  static ChildJvm start(List<String> arguments) {
    return ChildJvm.start(Tidemill.class.getName(), arguments, Map.of());
  }

  /** Runs a command that reads a file as its standard input, in a child JVM, until it ends. */
  static Outcome run(List<String> arguments, Path input) throws IOException, InterruptedException {
    Path out = input.resolveSibling("out");
    Path error = input.resolveSibling("error");
    Process process =
        new ProcessBuilder(ChildJvm.command(Tidemill.class.getName(), arguments))
            .redirectInput(input.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile())
            .start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(arguments + " did not end: " + Files.readAllLines(error));
    }
    return new Outcome(process.exitValue(), Files.readAllLines(out), Files.readAllLines(error));
  }
}
