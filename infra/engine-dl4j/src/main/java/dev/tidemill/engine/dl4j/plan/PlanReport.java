package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ModelSpec;
import java.util.List;

/**
 * The parts of a training step, and how long each takes on this machine with one thread. Times are
 * medians of many runs, in microseconds per step. A kernel's time covers all shards.
 *
 * @param batchSize samples per step
 * @param shards shards per batch
 * @param shardSamples samples of the first shard, which is the largest
 * @param threads number of threads that the engine chooses by default
 * @param bytes memory of the plan for a shard; each thread has one
 * @param microseconds total time of all parts
 * @param rows parts in order: input, kernels, loss, gradient sum, update
 */
public record PlanReport(
    int batchSize,
    int shards,
    int shardSamples,
    int threads,
    long bytes,
    double microseconds,
    List<Row> rows) {

  /**
   * One part of the step.
   *
   * @param part name of the layer, or of another part of the step
   * @param description the kernel, its shapes, and the library or loop that computes it
   * @param forward microseconds of the forward pass
   * @param backward microseconds of the backward pass; 0 if there is none
   * @param share share of the step's time, 0 to 1
   */
  public record Row(
      String part, String description, double forward, double backward, double share) {}

  public PlanReport {
    rows = List.copyOf(rows);
  }

  /**
   * Compiles and measures a spec. Takes about two seconds.
   *
   * @param batchSize replaces the spec's batch size; at least 1
   */
  public static PlanReport of(ModelSpec spec, int batchSize) {
    try (PlanMeasurement measurement = new PlanMeasurement(spec, batchSize)) {
      return measurement.report();
    }
  }
}
