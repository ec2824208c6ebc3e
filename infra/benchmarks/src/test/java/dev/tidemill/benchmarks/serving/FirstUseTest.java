package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.benchmarks.SizedNetwork;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstUseTest {

  @Test
  void aPercentileIsAMeasuredValue() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
    assertThat(FirstUse.percentile(hundred, 99)).isEqualTo(99);
    assertThat(FirstUse.percentile(hundred, 50)).isEqualTo(50);
    assertThat(FirstUse.percentile(new double[] {3, 9, 1}, 99)).isEqualTo(9);
  }

  @Test
  void anOvertakenVersionCountsUntilALaterOneAnswers() {
    Map<Long, Long> committed = Map.of(1L, 0L, 2L, 1_000L, 3L, 2_000L, 4L, 3_000L, 5L, 4_000L);
    Map<Long, Long> seen = Map.of(1L, 500L, 3L, 9_000L, 4L, 9_500L);

    assertThat(FirstUse.millis(committed, seen)).containsExactly(8, 7, 6.5);
  }

  @Test
  void sizesMatchTheirNames() {
    assertThat(megabytes(SizedNetwork.SMALL)).isCloseTo(0.25, within(0.005));
    assertThat(megabytes(SizedNetwork.MIDDLE)).isCloseTo(25, within(0.5));
    assertThat(megabytes(SizedNetwork.LARGE)).isCloseTo(250, within(2.5));
    assertThat(megabytes(SizedNetwork.SMALL_STATE)).isCloseTo(25, within(0.5));
    assertThat(megabytes(SizedNetwork.MIDDLE_STATE)).isCloseTo(250, within(2.5));
    assertThat(megabytes(SizedNetwork.LARGE_STATE)).isCloseTo(1_000, within(10.0));
  }

  private static double megabytes(SizedNetwork size) {
    return size.layout().length() * Float.BYTES / 1e6;
  }
}
