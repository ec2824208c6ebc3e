package dev.tidemill.producer.writing;

import dev.tidemill.producer.source.SplitMix;
import java.util.List;

/**
 * Samples bytes from probability distributions, with a temperature. A seed makes it deterministic.
 * One thread.
 */
public final class ByteSampler {
  private final double temperature;
  private final SplitMix random;

  /**
   * @param temperature 1 samples with the given probabilities, a lower value prefers the more
   *     probable bytes, and 0 always takes the most probable byte
   * @throws IllegalArgumentException if the temperature is negative or not finite
   */
  public ByteSampler(double temperature, long seed) {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + "; it must be a finite number of at least 0");
    }
    this.temperature = temperature;
    this.random = new SplitMix(SplitMix.mix(seed));
  }

  /**
   * Samples the index of a probability.
   *
   * @param probabilities at least one; the largest is above 0
   */
  int next(List<Float> probabilities) {
    int best = mostProbable(probabilities);
    if (temperature == 0) {
      return best;
    }
    // Weights are powers of the ratio to the largest probability, whose weight is 1. So nothing
    // overflows, and the sum is above 0 at any temperature.
    double[] weights = new double[probabilities.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.pow(probabilities.get(i) / probabilities.get(best), 1 / temperature);
      sum += weights[i];
    }
    double left = random.between(0, sum);
    for (int i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return best;
  }

  private static int mostProbable(List<Float> probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      if (probabilities.get(i) > probabilities.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
