package dev.tidemill.producer.writing;

import dev.tidemill.producer.source.SplitMix;
import java.util.List;

/** Draws bytes from distributions; the same ones from the same distributions. One thread. */
public final class ByteDraw {
  private final double temperature;
  private final SplitMix random;

  /**
   * @param temperature 1 takes each byte as often as its probability says, less prefers the more
   *     probable ones, 0 always takes the most probable
   * @throws IllegalArgumentException if it is below 0 or not finite
   */
  public ByteDraw(double temperature, long seed) {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature " + temperature + " is not a number from 0");
    }
    this.temperature = temperature;
    this.random = new SplitMix(SplitMix.mix(seed));
  }

  /**
   * The number of the probability that was drawn.
   *
   * @param probabilities at least one; the largest above 0
   */
  int next(List<Float> probabilities) {
    int best = mostProbable(probabilities);
    if (temperature == 0) {
      return best;
    }
    // As powers of the ratio to the largest, which is then 1: nothing overflows, and the sum is
    // above 0 however low the temperature.
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
