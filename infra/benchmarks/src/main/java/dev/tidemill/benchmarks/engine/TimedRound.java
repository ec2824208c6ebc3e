package dev.tidemill.benchmarks.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A round in memory: as many steps as fit into its time, at least one.
 *
 * @param millisPerStep the mean
 * @param samplesPerSecond by which ratios are made
 */
public record TimedRound(
    long steps,
    @JsonProperty("ms_per_step") double millisPerStep,
    @JsonProperty(Comparison.RATE) double samplesPerSecond) {
  /** The suite's order. */
  static Map<String, ?> order(int batch, double seconds) {
    return Map.of("batch", batch, "seconds", seconds);
  }

  /** Runs what the suite orders. */
  static TimedRound run(JsonNode order, LongConsumer step, Runnable finish) {
    return run(order.path("batch").asInt(), order.path("seconds").asDouble(), step, finish);
  }

  /**
   * Runs the steps.
   *
   * @param batch samples in each
   * @param step receives its number, from 0
   * @param finish returns when a device has done all steps
   */
  public static TimedRound run(int batch, double seconds, LongConsumer step, Runnable finish) {
    long limit = (long) (seconds * 1e9);
    long steps = 0;
    long begin = System.nanoTime();
    do {
      step.accept(steps++);
    } while (System.nanoTime() - begin < limit);
    finish.run();
    double millis = (System.nanoTime() - begin) / 1e6 / steps;
    return new TimedRound(steps, millis, batch * 1000 / millis);
  }
}
