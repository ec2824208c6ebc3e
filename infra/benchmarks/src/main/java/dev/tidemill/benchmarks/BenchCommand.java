package dev.tidemill.benchmarks;

import dev.tidemill.cli.output.FaultMessage;
import dev.tidemill.cli.run.Folders;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidemill bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    header = "Measure, beside peers in the same run.",
    description = {
      "Each participant is a process of its own, and all of them take turns. A figure is a median;"
          + " the lowest and the highest round follow. Ratios are made round by round. Peers in"
          + " Python need torch (and confluent_kafka) in $PYTHON or python3. If a peer is missing,"
          + " the suite says so and runs the rest.",
      ""
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MeasurementOptions options = new MeasurementOptions();

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "benchmarks, or all; list prints their names")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures to FILE as JSON")
  private @Nullable Path json;

  @Option(
      names = "--write",
      paramLabel = "FOLDER",
      description = "write each report into its place in FOLDER/NAME.md")
  private @Nullable Path documents;

  private final List<Benchmark> benchmarks;

  public BenchCommand(List<Benchmark> benchmarks) {
    this.benchmarks = benchmarks;
  }

  @Override
  public Integer call() throws Exception {
    if (names.equals(List.of("list"))) {
      PrintWriter out = spec.commandLine().getOut();
      benchmarks.forEach(b -> out.printf("%-12s %s%n", b.name(), b.about()));
      out.flush();
      return 0;
    }
    List<Benchmark> chosen = chosen();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Session session = new Session(Machine.here(), today, optionsText(), options.variant());
    if (documents != null) {
      for (Benchmark benchmark : chosen) {
        Document.of(documents, benchmark.name()).requirePlace(session.place(benchmark.name()));
      }
    }
    Path temp = Files.createTempDirectory("tidemill-bench-");
    try {
      return run(chosen, session, temp);
    } finally {
      Folders.delete(temp);
    }
  }

  /** The given options that a reader must repeat; the place of a JDK differs. */
  private String optionsText() {
    List<String> text = new ArrayList<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (name.equals("--java-home")) {
        text.add("--java-home HOME");
      } else if (!Set.of("--json", "--write").contains(name)) {
        boolean flag = option.arity().max() == 0;
        text.add(flag ? name : name + " " + String.join(",", option.originalStringValues()));
      }
    }
    return String.join(" ", text);
  }

  /** The given options for which a benchmark has not asked, but could have. */
  private Stream<String> unused() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(
            name ->
                Set.of("--rounds", "--spec", "--batch-size", "--engine", "--device").contains(name))
        .filter(name -> !options.used.contains(name));
  }

  private List<Benchmark> chosen() {
    List<String> known = benchmarks.stream().map(Benchmark::name).toList();
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(known);
    boolean all = unknown.remove("all");
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "no benchmark %s; there are %s"
              .formatted(String.join(", ", unknown), String.join(", ", known)));
    }
    return benchmarks.stream().filter(b -> all || names.contains(b.name())).toList();
  }

  /** Runs all, even after one fails: figures that took minutes are not thrown away. */
  private int run(List<Benchmark> chosen, Session session, Path temp) throws Exception {
    JavaRuntime java = options.java();
    Python python = Python.of(System.getenv(), options.isa);
    PrintWriter err = spec.commandLine().getErr();
    List<Report> reports = new ArrayList<>();
    int status = 0;
    for (Benchmark benchmark : chosen) {
      Report report = new Report(benchmark.name());
      BenchContext context = new BenchContext(java, python, temp, options, err, report);
      context.say(benchmark.name() + ": " + benchmark.about());
      options.used.clear();
      try {
        benchmark.measurement().run(context);
        unused().forEach(name -> report.note(name + " has no effect here."));
        reports.add(report);
        session.print(report, spec.commandLine().getOut());
        if (json != null) {
          session.writeJson(json, reports);
        }
        if (documents != null) {
          Document.of(documents, report.name()).write(report, session);
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        context.say(benchmark.name() + " failed: " + FaultMessage.of(e));
        status = 1;
      }
    }
    return status;
  }
}
