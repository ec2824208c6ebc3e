package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ModelSpec;
import java.util.List;

/**
 * What a training step of a spec consists of, and how long each part takes here, one thread at
 * work. Times are medians of many runs of the parts one after the other, in microseconds a step: a
 * kernel's is that of all shards together.
 *
 * @param batchSize samples a step
 * @param shards that a batch is cut into
 * @param shardSamples samples of the first shard; none has more
 * @param threads that an engine which is left the choice would take
 * @param bytes of the plan for a shard; each thread has one
 * @param microseconds of all parts
 * @param rows in order: reading, kernels, loss, update
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
   * A part of the step.
   *
   * @param part the layer's name, or what it is besides layers
   * @param description what computes: the kernel, its shapes, and the library or loop
   * @param forward microseconds
   * @param backward microseconds; 0 where nothing goes back
   * @param share of the whole step, 0 to 1
   */
  public record Row(
      String part, String description, double forward, double backward, double share) {}

  public PlanReport {
    rows = List.copyOf(rows);
  }

  /**
   * Compiles a spec and measures it, which takes about two seconds.
   *
   * @param batchSize instead of the spec's own, at least 1
   */
  public static PlanReport of(ModelSpec spec, int batchSize) {
    try (PlanMeasurement measurement = new PlanMeasurement(spec, batchSize)) {
      return measurement.report();
    }
  }
}
