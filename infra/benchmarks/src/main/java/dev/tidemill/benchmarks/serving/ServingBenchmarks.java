package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.Benchmark;
import java.util.List;

/** Benchmarks of serving, end to end. */
public final class ServingBenchmarks implements Benchmark.Provider {
  @Override
  public List<Benchmark> benchmarks() {
    return List.of(
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
            StartBenchmark::run));
  }
}
