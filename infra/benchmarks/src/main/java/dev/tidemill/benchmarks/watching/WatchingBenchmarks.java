package dev.tidemill.benchmarks.watching;

import dev.tidemill.benchmarks.Benchmark;
import java.util.List;

/** Benchmarks of what watches a model. */
public final class WatchingBenchmarks implements Benchmark.Provider {
  @Override
  public List<Benchmark> benchmarks() {
    return List.of(
        new Benchmark(
            "drift",
            "drift detectors: delay, false alarms and missed changes, beside random alarms",
            DriftBenchmark::run),
        new Benchmark(
            "dashboard",
            "the dashboard under 1,000 records a second on each topic: answers, memory, CPU time",
            DashboardBenchmark::run));
  }
}
