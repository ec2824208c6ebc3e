package dev.tidemill.benchmarks.suite;

import dev.tidemill.benchmarks.BenchCommand;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.engine.Allocation;
import dev.tidemill.benchmarks.engine.Comparison;
import dev.tidemill.benchmarks.engine.Gpu;
import dev.tidemill.benchmarks.engine.Memory;
import dev.tidemill.benchmarks.engine.Plan;
import dev.tidemill.benchmarks.engine.Work;
import dev.tidemill.benchmarks.serving.ServeBenchmark;
import dev.tidemill.benchmarks.serving.StartBenchmark;
import dev.tidemill.benchmarks.serving.SwapBenchmark;
import dev.tidemill.benchmarks.training.CheckpointsBenchmark;
import dev.tidemill.benchmarks.training.LargeBenchmark;
import dev.tidemill.benchmarks.training.PipelineBenchmark;
import dev.tidemill.benchmarks.training.ProducerBenchmark;
import dev.tidemill.benchmarks.watching.DashboardBenchmark;
import dev.tidemill.benchmarks.watching.DriftBenchmark;
import dev.tidemill.cli.Tidemill;
import dev.tidemill.cli.run.Shutdown;
import java.util.List;
import java.util.Locale;

/** The command {@code tidemill}, with {@code bench} among its commands. */
public final class Bench {
  /** In the order in which {@code all} runs them. */
  public static final List<Benchmark> ALL =
      List.of(
          new Benchmark(
              "train",
              "training in memory, beside stock DL4J and PyTorch",
              context -> new Comparison(Work.TRAINING, context).run()),
          new Benchmark(
              "infer",
              "inference in memory, beside stock DL4J and PyTorch",
              context -> new Comparison(Work.INFERENCE, context).run()),
          new Benchmark("memory", "resident memory, beside tidemill plan's estimate", Memory::run),
          new Benchmark("gpu", "parity, training and serving on a device", Gpu::run),
          new Benchmark("plan", "the kernels of a training step and their times", Plan::run),
          new Benchmark("allocation", "bytes allocated on the hot path", Allocation::run),
          new Benchmark("pipeline", "training through Kafka and in memory", PipelineBenchmark::run),
          new Benchmark("checkpoints", "time lost to checkpoints", CheckpointsBenchmark::run),
          new Benchmark("large", "commit, resume, swap of 250 MB and 1 GB", LargeBenchmark::run),
          new Benchmark("producer", "MB/s beside kafka-producer-perf-test", ProducerBenchmark::run),
          new Benchmark("serve", "answers/s and latency, beside Python", ServeBenchmark::run),
          new Benchmark("swap", "latency while versions are swapped", SwapBenchmark::run),
          new Benchmark("start", "from start to first answer, and memory", StartBenchmark::run),
          new Benchmark("drift", "drift detectors, beside random alarms", DriftBenchmark::run),
          new Benchmark("dashboard", "the page under a heavy load", DashboardBenchmark::run));

  private Bench() {}

  public static void main(String[] args) {
    // Figures have a decimal point on every machine.
    Locale.setDefault(Locale.ROOT);
    System.exit(Shutdown.exitStatus(Tidemill.commandLine(new BenchCommand(ALL)).execute(args)));
  }
}
