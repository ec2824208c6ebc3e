package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A round in memory: as many steps as fit into its time, at least one. */
final class TimedRound {

  /** One step, of a number from 0. */
  interface Step {
    void run(long number);
  }

  private TimedRound() {}

  /** What the suite orders. */
  static Map<String, ?> order(int batch, double seconds) {
    return Map.of("batch", batch, "seconds", seconds);
  }

  static Map<String, ?> run(JsonNode order, Step step) {
    return run(order, step, () -> {});
  }

  /**
   * A round of steps that a device may do by itself.
   *
   * @param finish returns when all steps are done
   */
  static Map<String, ?> run(JsonNode order, Step step, Runnable finish) {
    long limit = (long) (order.path("seconds").asDouble() * 1e9);
    long steps = 0;
    long begin = System.nanoTime();
    do {
      step.run(steps++);
    } while (System.nanoTime() - begin < limit);
    finish.run();
    double ms = (System.nanoTime() - begin) / 1e6 / steps;
    return Map.of(
        "steps",
        steps,
        "ms_per_step",
        ms,
        "samples_per_second",
        order.path("batch").asInt() * 1000 / ms);
  }
}
