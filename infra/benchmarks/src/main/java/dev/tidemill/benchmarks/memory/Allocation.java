package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Bytes that the hot path takes from the Java heap, by JMH's gc profiler. */
public final class Allocation implements Benchmark {
  private static final String BYTES = "gc.alloc.rate.norm";

  /** By method of {@link HotPath}: what it is, and how many samples a call is for. */
  private record Part(String method, String text, int samples) {

    /** What is meant to take nothing from the heap. */
    boolean isEngine() {
      return method.equals("step") || method.equals("predict");
    }
  }

  private static final List<Part> PARTS =
      List.of(
          new Part("step", "engine, training step of 32", HotPath.SAMPLES),
          new Part("predict", "engine, micro-batch of 32", HotPath.SAMPLES),
          new Part("decode", "batch record of 32 to the engine's input", HotPath.SAMPLES),
          new Part("answer", "request to the bytes of its answer", 1));

  @Override
  public String name() {
    return "allocation";
  }

  @Override
  public String about() {
    return "bytes allocated per sample on the hot path, by JMH's gc profiler";
  }

  @Override
  public Report run(BenchContext context) throws RunnerException {
    Report.Builder report = Report.of(this);
    List<RunResult> results = new ArrayList<>();
    for (Part part : PARTS) {
      context.say("allocation: " + part.text());
      results.addAll(new Runner(options(part, context)).run());
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (Part part : PARTS) {
      Figure bytes = bytes(part, results);
      rows.add(List.of(Cell.of(part.text()), Cell.of(bytes)));
      if (part.isEngine()) {
        report.target(Target.atMost(1, part.text() + ": bytes per sample", Optional.of(bytes)));
      }
    }
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      report.versions(Map.of("JDK", params.getVmVersion(), "JMH", params.getJmhVersion()));
    }
    return report
        .note("What JMH itself allocates in an iteration is part of the figures.")
        .table("LeNet, Java heap", List.of("what", "bytes per sample"), rows)
        .build();
  }

  private static Options options(Part part, BenchContext context) {
    // What JMH allocates in an iteration is in the figure: it must fall on many samples.
    double seconds = context.seconds(part.isEngine() ? 4 : 1);
    TimeValue time = TimeValue.milliseconds((long) (1000 * seconds));
    return new OptionsBuilder()
        .include(HotPath.class.getName() + "\\." + part.method() + "$")
        .jvm(context.java().executable().toString())
        .jvmArgs(context.java().flags().toArray(String[]::new))
        .forks(1)
        .warmupIterations(1)
        .warmupTime(time)
        .measurementIterations(context.rounds(3))
        .measurementTime(time)
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .build();
  }

  private static Figure bytes(Part part, Collection<RunResult> results) {
    for (RunResult result : results) {
      if (result.getParams().getBenchmark().endsWith("." + part.method())) {
        double[] rounds =
            result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> value(iteration) / part.samples())
                .toArray();
        return Figure.of(rounds, "B");
      }
    }
    throw new BenchmarkException("JMH told nothing of " + part.method());
  }

  @SuppressWarnings("rawtypes") // what JMH's results are kept in
  private static double value(IterationResult iteration) {
    return iteration.getSecondaryResults().entrySet().stream()
        .filter(result -> result.getKey().endsWith(BYTES))
        .mapToDouble(result -> result.getValue().getScore())
        .findFirst()
        .orElseThrow(() -> new BenchmarkException("JMH's gc profiler told no " + BYTES));
  }
}
