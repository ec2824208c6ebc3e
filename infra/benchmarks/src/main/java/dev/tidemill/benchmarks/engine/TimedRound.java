package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.LongConsumer;

/** A round in memory: as many steps as fit into its time, at least one. */
final class TimedRound {
  private TimedRound() {}

  /** The suite's order. */
  static Map<String, ?> order(int batch, double seconds) {
    return Map.of("batch", batch, "seconds", seconds);
  }

  /**
   * Runs the steps.
   *
   * @param step receives its number, from 0
   * @param finish returns when a device has done all steps
   */
  static Map<String, ?> run(JsonNode order, LongConsumer step, Runnable finish) {
    long limit = (long) (order.path("seconds").asDouble() * 1e9);
    long steps = 0;
    long begin = System.nanoTime();
    do {
      step.accept(steps++);
    } while (System.nanoTime() - begin < limit);
    finish.run();
    double ms = (System.nanoTime() - begin) / 1e6 / steps;
    double rate = order.path("batch").asInt() * 1000 / ms;
    return Map.of("steps", steps, "ms_per_step", ms, Comparison.RATE, rate);
  }
}
