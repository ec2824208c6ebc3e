package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Benchmark;
import java.util.List;

/** Benchmarks of training through Kafka, of checkpoints, and of the producer. */
public final class TrainingBenchmarks implements Benchmark.Provider {
  @Override
  public List<Benchmark> benchmarks() {
    return List.of(
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
            ProducerBenchmark::run));
  }
}
