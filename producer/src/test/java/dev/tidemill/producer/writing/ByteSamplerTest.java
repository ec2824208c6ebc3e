package dev.tidemill.producer.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSamplerTest {
  private static final List<Float> PROBABILITIES = List.of(0.1f, 0.6f, 0f, 0.3f);

  @Test
  void zeroTemperatureTakesTheMostProbableByte() {
    assertThat(counts(0, 100)).containsExactly(0, 100, 0, 0);
  }

  @Test
  void temperatureOneFollowsTheProbabilities() {
    int[] counts = counts(1, 10_000);
    assertThat(counts[0]).isBetween(900, 1_100);
    assertThat(counts[1]).isBetween(5_800, 6_200);
    assertThat(counts[2]).as("byte with probability 0").isZero();
    assertThat(counts[3]).isBetween(2_800, 3_200);
  }

  @Test
  void lowTemperaturePrefersProbableBytes() {
    // The weights are squared: 1 to 36 to 9.
    int[] counts = counts(0.5, 10_000);
    assertThat(counts[0]).isBetween(150, 290);
    assertThat(counts[1]).isBetween(7_600, 8_000);
    assertThat(counts(1e-9, 100)).as("temperature close to 0").containsExactly(0, 100, 0, 0);
  }

  @Test
  void sameSeedGivesSameBytes() {
    assertThat(draws(7)).isEqualTo(draws(7)).isNotEqualTo(draws(8));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsInvalidTemperature(double temperature) {
    assertThatThrownBy(() -> new ByteSampler(temperature, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(temperature));
  }

  private static int[] counts(double temperature, int times) {
    ByteSampler sampler = new ByteSampler(temperature, 3);
    int[] counts = new int[PROBABILITIES.size()];
    IntStream.range(0, times).forEach(i -> counts[sampler.next(PROBABILITIES)]++);
    return counts;
  }

  private static List<Integer> draws(long seed) {
    ByteSampler sampler = new ByteSampler(1, seed);
    return IntStream.range(0, 50).map(i -> sampler.next(PROBABILITIES)).boxed().toList();
  }
}
