package dev.tidemill.schemas.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class HalfPrecisionTest {
  @Test
  void float16MatchesIeee754AndRoundTrips() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfPrecision.fromFloat16((short) bits);
      assertThat(Float.valueOf(value)).isEqualTo(Float.valueOf(byDefinition(bits, 5, 10)));
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.toFloat16(value)).isEqualTo((short) bits);
      } else {
        assertThat(HalfPrecision.fromFloat16(HalfPrecision.toFloat16(value))).isNaN();
      }
    }
  }

  @Test
  void bfloat16MatchesItsDefinitionAndRoundTrips() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfPrecision.fromBfloat16((short) bits);
      assertThat(Float.valueOf(value)).isEqualTo(Float.valueOf(byDefinition(bits, 8, 7)));
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.toBfloat16(value)).isEqualTo((short) bits);
      } else {
        assertThat(HalfPrecision.fromBfloat16(HalfPrecision.toBfloat16(value))).isNaN();
      }
    }
  }

  @Test
  void roundsToNearestTiesToEven() {
    for (int bits = 0; bits < 0x7c00; bits++) {
      double low = byDefinition(bits, 5, 10);
      // Above the largest float16 the next step is 65536, as if the exponent range continued.
      double high = bits == 0x7bff ? 65536 : byDefinition(bits + 1, 5, 10);
      float middle = (float) ((low + high) / 2);
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertThat(HalfPrecision.toFloat16(middle)).isEqualTo((short) even);
      assertThat(HalfPrecision.toFloat16(-middle)).isEqualTo((short) (even | 0x8000));
      assertThat(HalfPrecision.toFloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfPrecision.toFloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
    for (int bits = 0; bits < 0x7f80; bits++) {
      int middle = bits << 16 | 0x8000;
      assertThat(HalfPrecision.toBfloat16(Float.intBitsToFloat(middle)))
          .isEqualTo((short) ((bits & 1) == 0 ? bits : bits + 1));
      assertThat(HalfPrecision.toBfloat16(Float.intBitsToFloat(middle - 1)))
          .isEqualTo((short) bits);
      assertThat(HalfPrecision.toBfloat16(Float.intBitsToFloat(middle + 1)))
          .isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void conversionIsMonotonic() {
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      float a = Float.intBitsToFloat(random.nextInt(0x7f800000));
      float b = Float.intBitsToFloat(random.nextInt(0x7f800000));
      assertThat(HalfPrecision.toFloat16(Math.min(a, b)))
          .isLessThanOrEqualTo(HalfPrecision.toFloat16(Math.max(a, b)));
    }
  }

  /** Computes a value with IEEE 754's formula in double precision. */
  private static float byDefinition(int bits, int exponentBits, int fractionBits) {
    int maximum = (1 << exponentBits) - 1;
    int bias = maximum >> 1;
    int exponent = bits >> fractionBits & maximum;
    double fraction = (bits & ((1 << fractionBits) - 1)) / (double) (1 << fractionBits);
    double magnitude;
    if (exponent == maximum) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * Math.pow(2, 1 - bias);
    } else {
      magnitude = (1 + fraction) * Math.pow(2, exponent - bias);
    }
    return (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
  }
}
