package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SameBitsTest {
  private static final String HEADER =
      "{\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"fc.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";

  private static ByteBuffer payload(float bias) {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + 12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .putFloat(1)
        .putFloat(2)
        .putFloat(bias)
        .flip();
  }

  private static SameBits.End end(long version, float bias) {
    return new SameBits.End(version(version).samples(20).build(), payload(bias));
  }

  @Test
  void holdsForOtherVersionsWithTheSameBits() {
    assertThat(SameBits.check(end(2, 3), end(5, 3))).isEmpty();
  }

  @Test
  void namesTheTensorThatDiffers() {
    assertThat(SameBits.check(end(2, 3), end(5, Math.nextUp(3f))))
        .singleElement()
        .asString()
        .startsWith("G3 divergence at checkpoints-0@5 version 5")
        .endsWith("in tensor fc.bias");
  }

  @Test
  void namesOtherCounts() {
    SameBits.End more = new SameBits.End(version(5).samples(30).build(), payload(3));
    assertThat(SameBits.check(end(2, 3), more))
        .singleElement()
        .asString()
        .contains("counts 30 samples in 3 steps, not 20 in 2");
  }
}
