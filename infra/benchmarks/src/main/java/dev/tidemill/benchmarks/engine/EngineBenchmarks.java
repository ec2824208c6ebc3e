package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.Benchmark;
import java.util.List;

/** Benchmarks of engines in memory, without Kafka. */
public final class EngineBenchmarks implements Benchmark.Provider {
  @Override
  public List<Benchmark> benchmarks() {
    return List.of(
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
            "allocation",
            "bytes allocated per sample on the hot path, by JMH's gc profiler",
            Allocation::run));
  }
}
