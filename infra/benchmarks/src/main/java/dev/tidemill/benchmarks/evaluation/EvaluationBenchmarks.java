package dev.tidemill.benchmarks.evaluation;

import dev.tidemill.benchmarks.Benchmark;
import java.util.List;

/** Benchmarks of what judges a model. */
public final class EvaluationBenchmarks implements Benchmark.Provider {
  @Override
  public List<Benchmark> benchmarks() {
    return List.of(
        new Benchmark(
            "drift",
            "drift detectors: delay, false alarms and missed changes, beside random alarms",
            DriftBenchmark::run));
  }
}
