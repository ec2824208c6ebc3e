package dev.tidemill.benchmarks;

import dev.tidemill.cli.run.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    header = "Measure, beside peers in the same run.",
    description = {
      "Each participant is a process of its own, and rounds of all of them alternate. A figure is a"
          + " median, with the lowest and the highest round behind it; ratios are made round by"
          + " round. Peers in Python need torch (and confluent_kafka) in $PYTHON, or in python3;"
          + " what is missing is told, and the rest is run.",
      ""
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MeasurementOptions wishes = new MeasurementOptions();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "which ones: their names, or all; list names them")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures there, as JSON")
  private @Nullable Path json;

  @Option(
      names = "--write",
      paramLabel = "FOLDER",
      description = "write each report into its place in FOLDER/NAME.md")
  private @Nullable Path documents;

  @Option(
      names = "--java-home",
      paramLabel = "HOME",
      description = "the JDK that runs participants in Java (default: the one that runs this)")
  private @Nullable Path javaHome;

  private final Suite suite;

  BenchCommand() {
    this(Suite.load());
  }

  BenchCommand(Suite suite) {
    this.suite = suite;
  }

  @Override
  public Integer call() throws Exception {
    if (names.equals(List.of("list"))) {
      return list();
    }
    List<Benchmark> chosen = chosen();
    JavaRuntime java = javaHome == null ? JavaRuntime.own() : JavaRuntime.of(javaHome);
    String variant = wishes.variant() + (javaHome == null ? "" : "@" + java.feature());
    Session session = Session.now(options(), variant);
    if (documents != null) {
      for (Benchmark benchmark : chosen) {
        Document.in(documents, benchmark.name()).requirePlace(session.place(benchmark.name()));
      }
    }
    Path temp = Files.createTempDirectory("tidemill-bench-");
    try {
      PrintWriter err = spec.commandLine().getErr();
      Python python = Python.of(System.getenv(), temp.resolve("python"));
      return run(chosen, session, new BenchContext(java, python, temp, wishes.wishes(), err));
    } finally {
      Folders.delete(temp);
    }
  }

  private int list() {
    PrintWriter out = spec.commandLine().getOut();
    suite.all().forEach(b -> out.printf("%-12s %s%n", b.name(), b.about()));
    out.flush();
    return 0;
  }

  private List<Benchmark> chosen() {
    if (names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "which benchmark? 'bench list' names them; 'bench all' runs all");
    }
    try {
      return suite.named(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** All of them, one failing or not: figures that took minutes are not thrown away. */
  private int run(List<Benchmark> chosen, Session session, BenchContext context) throws Exception {
    TablePrinter printer = new TablePrinter(spec.commandLine().getOut());
    List<Report> reports = new ArrayList<>();
    int status = 0;
    for (Benchmark benchmark : chosen) {
      context.say(benchmark.name() + ": " + benchmark.about());
      try {
        Report report = benchmark.run(context);
        reports.add(report);
        printer.print(report, session);
        write(report, reports, session);
      } catch (InterruptedException ended) {
        throw ended;
      } catch (Exception failed) {
        context.say(benchmark.name() + " failed: " + reason(failed));
        status = 1;
      }
    }
    return status;
  }

  private static String reason(Throwable failed) {
    Throwable cause = failed.getCause();
    if (failed instanceof CompletionException && cause != null) {
      return reason(cause);
    }
    return failed instanceof BenchmarkException
        ? String.valueOf(failed.getMessage())
        : failed.toString();
  }

  private void write(Report report, List<Report> reports, Session session) throws IOException {
    if (json != null) {
      ReportJson.write(json, reports, session);
    }
    if (documents != null) {
      Document.in(documents, report.name()).write(report, session);
    }
  }

  private String options() {
    return (wishes.text() + (javaHome == null ? "" : " --java-home HOME")).strip();
  }
}
