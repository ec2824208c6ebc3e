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
  /** In the order of the overview, docs/benchmarks.md. */
  public static final List<Benchmark> ALL =
      List.of(
          new Benchmark(
              "train",
              "training in memory, one thread each: Tidemill, stock DL4J, PyTorch",
              context -> new Comparison(Work.TRAINING, context).run()),
          new Benchmark(
              "infer",
              "inference in memory, one thread each: Tidemill, stock DL4J, PyTorch",
              context -> new Comparison(Work.INFERENCE, context).run()),
          new Benchmark(
              "memory",
              "an engine's resident memory over 100,000 steps, and beside what tidemill plan estimates",
              Memory::run),
          new Benchmark(
              "gpu",
              "a device: parity with the CPU, training, serving; beside PyTorch, eager and compiled",
              Gpu::run),
          new Benchmark("plan", "the kernels of a training step and their times", Plan::run),
          new Benchmark(
              "allocation", "bytes allocated per sample on the hot path", Allocation::run),
          new Benchmark(
              "pipeline",
              "training through Kafka, beside the engine alone and beside a loop in Python",
              PipelineBenchmark::run),
          new Benchmark(
              "checkpoints",
              "training time lost to checkpoints of 25 MB and of 250 MB, one every 10 s",
              CheckpointsBenchmark::run),
          new Benchmark(
              "large",
              "commit, resume and swap of states of 250 MB and of 1 GB, in limited memory",
              LargeBenchmark::run),
          new Benchmark(
              "producer",
              "MB/s of training batches, beside kafka-producer-perf-test",
              ProducerBenchmark::run),
          new Benchmark(
              "serve",
              "predictions/s and latency through Kafka, beside a Python loop, by guarantee",
              ServeBenchmark::run),
          new Benchmark(
              "swap",
              "latency while a new version comes each second; from its commit to its first answer",
              SwapBenchmark::run),
          new Benchmark(
              "start",
              "from a worker's start to its first answer; its memory at rest, under load, after swaps",
              StartBenchmark::run),
          new Benchmark(
              "drift",
              "drift detectors: delay, false alarms and missed changes, beside random alarms",
              DriftBenchmark::run),
          new Benchmark(
              "dashboard",
              "the dashboard under 1,000 records a second on each topic: answers, memory, CPU time",
              DashboardBenchmark::run));

  private Bench() {}

  public static void main(String[] args) {
    // Figures have a decimal point on every machine.
    Locale.setDefault(Locale.ROOT);
    System.exit(Shutdown.exitStatus(Tidemill.commandLine(new BenchCommand(ALL)).execute(args)));
  }
}
