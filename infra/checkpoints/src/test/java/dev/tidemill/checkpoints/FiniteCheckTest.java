package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteCheckTest {
  private static final int LENGTH = 10_000;

  private final FloatBuffer values = FloatBuffer.allocate(LENGTH);

  @ParameterizedTest
  @ValueSource(ints = {0, 4095, 4096, LENGTH - 1})
  void findsTheFirstNonFiniteValue(int place) {
    for (float other :
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -Float.NaN}) {
      values.put(LENGTH - 1, Float.NaN);
      values.put(place, other);
      assertThat(FiniteCheck.firstNonFinite(values)).hasValue(place);
    }
  }

  @Test
  void acceptsTheLargestAndSmallestFiniteValues() {
    values.put(1, Float.MAX_VALUE).put(2, -Float.MAX_VALUE).put(3, Float.MIN_VALUE).put(4, -0f);
    assertThat(FiniteCheck.firstNonFinite(values)).isEmpty();
    assertThat(FiniteCheck.firstNonFinite(FloatBuffer.allocate(0))).isEmpty();
  }
}
