package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 16, 17, 1000, 65_536, 65_537})
  void containsEachNumberOnce(long count) {
    Permutation permutation = new Permutation(count, 7);
    assertThat(LongStream.range(0, count).map(permutation::at).sorted().toArray())
        .containsExactly(LongStream.range(0, count).toArray());
  }

  @Test
  void differentSeedsGiveDifferentOrders() {
    assertThat(first(1)).isEqualTo(first(1)).isNotEqualTo(first(2));
  }

  @Test
  void valuesDoNotCorrelateWithIndexes() {
    long count = 10_000;
    Permutation permutation = new Permutation(count, 3);
    double mean = (count - 1) / 2.0;
    double covariance =
        LongStream.range(0, count)
            .mapToDouble(i -> (i - mean) * (permutation.at(i) - mean))
            .average()
            .orElseThrow();
    double variance = (count * count - 1) / 12.0;
    assertThat(covariance / variance).isBetween(-0.05, 0.05);
  }

  private static long[] first(long seed) {
    Permutation permutation = new Permutation(1000, seed);
    return LongStream.range(0, 20).map(permutation::at).toArray();
  }
}
