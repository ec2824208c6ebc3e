package dev.tidemill.producer.source.waves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.producer.source.Reading;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.DType;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WavesSourceTest {
  @Test
  void eachFormHasItsHeights() {
    assertThat(heights(Wave.SINE)).containsExactly(new double[] {0, 1, 0, -1}, within(1e-12));
    assertThat(heights(Wave.SQUARE)).containsExactly(1, 1, -1, -1);
    assertThat(heights(Wave.TRIANGLE)).containsExactly(1, 0, -1, 0);
    assertThat(heights(Wave.SAWTOOTH)).containsExactly(-1, -0.5, 0, 0.5);
  }

  private static double[] heights(Wave wave) {
    return IntStream.range(0, 4).mapToDouble(quarter -> wave.at(3 + quarter / 4.0)).toArray();
  }

  @Test
  void drawsTheSameSampleAtTheSamePlaceInAnyOrder() {
    WavesSource source = new WavesSource(7, 64, false);
    Sample sample = source.at(1234);
    Reading.from(source, 0, 100);
    assertThat(source.at(1234)).isEqualTo(sample);
    assertThat(sample.shape()).containsExactly(64L, 1L);
    assertThat(sample.dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void anotherSeedAndTheTestSamplesAreOthers() {
    Sample sample = new WavesSource(7, 64, false).at(0);
    assertThat(new WavesSource(8, 64, false).at(0).data()).isNotEqualTo(sample.data());
    assertThat(new WavesSource(7, 64, true).at(0).data()).isNotEqualTo(sample.data());
  }

  @Test
  void allFormsComeAboutEquallyOftenAndStayInTheirBounds() {
    int[] counts = new int[4];
    for (Sample sample : Reading.from(new WavesSource(1, 64, false), 0, 2_000)) {
      counts[Reading.classOf(sample)]++;
      FloatBuffer heights =
          sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      assertThat(heights.remaining()).isEqualTo(64);
      while (heights.hasRemaining()) {
        assertThat(heights.get()).isBetween(-1.4f, 1.4f);
      }
    }
    assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 420 && count < 580);
  }

  @Test
  void theKeyNamesSeedAndWindow() {
    assertThat(List.of(key(7, 64, false), key(7, 64, true), key(7, 32, false), key(8, 64, false)))
        .doesNotHaveDuplicates();
  }

  private static String key(long seed, int length, boolean test) {
    return new WavesSource(seed, length, test).description().key();
  }
}
