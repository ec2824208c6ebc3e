package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Bytes that the hot path allocates on the Java heap, by JMH's gc profiler. */
final class Allocation {
  private static final String BYTES = "gc.alloc.rate.norm";

  private static final List<Part> PARTS =
      List.of(
          new Part("step", "engine, training step of 32", HotPath.SAMPLES, true),
          new Part("predict", "engine, micro-batch of 32", HotPath.SAMPLES, true),
          new Part("decode", "batch record of 32 to the engine's input", HotPath.SAMPLES, false),
          new Part("answer", "request to the bytes of its answer", 1, false));

  private Allocation() {}

  /**
   * A method of {@link HotPath}.
   *
   * @param samples of one call
   * @param engine alone, which should allocate nothing
   */
  private record Part(String method, String text, int samples, boolean engine) {}

  static void run(BenchContext context) throws RunnerException {
    Report report = context.report();
    Report.Table table = report.table("LeNet, Java heap", "what | bytes per sample");
    for (Part part : PARTS) {
      context.say("allocation: " + part.text());
      RunResult result = new Runner(options(part, context)).runSingle();
      double[] rounds =
          result.getBenchmarkResults().stream()
              .flatMap(fork -> fork.getIterationResults().stream())
              .map(
                  iteration ->
                      Objects.requireNonNull(iteration.getSecondaryResults().get(BYTES), BYTES))
              .mapToDouble(bytes -> bytes.getScore() / part.samples())
              .toArray();
      Figure bytes = Figure.of(rounds, "B");
      table.row(part.text(), bytes);
      if (part.engine()) {
        report.atMost(1, part.text() + ": bytes per sample", Optional.of(bytes));
      }
      BenchmarkParams params = result.getParams();
      report.versions(Map.of("JDK", params.getVmVersion(), "JMH", params.getJmhVersion()));
    }
    report.note("The figures include what JMH itself allocates in an iteration.");
  }

  private static Options options(Part part, BenchContext context) {
    // JMH allocates in each iteration; many samples must share it.
    double seconds = context.seconds(part.engine() ? 4 : 1);
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
}
