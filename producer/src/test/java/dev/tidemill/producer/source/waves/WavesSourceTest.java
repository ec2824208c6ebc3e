package dev.tidemill.producer.source.waves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.schemas.DType;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WavesSourceTest {
  @Test
  void computesEachWaveForm() {
    assertThat(values(Wave.SINE)).containsExactly(new double[] {0, 1, 0, -1}, within(1e-12));
    assertThat(values(Wave.SQUARE)).containsExactly(1, 1, -1, -1);
    assertThat(values(Wave.TRIANGLE)).containsExactly(1, 0, -1, 0);
    assertThat(values(Wave.SAWTOOTH)).containsExactly(-1, -0.5, 0, 0.5);
  }

  private static double[] values(Wave wave) {
    return IntStream.range(0, 4).mapToDouble(quarter -> wave.at(3 + quarter / 4.0)).toArray();
  }

  @Test
  void samplesAreReproducibleInAnyOrder() {
    WavesSource source = new WavesSource(7, 64, false);
    Sample sample = source.at(1234);
    SampleReaders.from(source, 0, 100);
    assertThat(source.at(1234)).isEqualTo(sample);
    assertThat(sample.shape()).containsExactly(64L, 1L);
    assertThat(sample.dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void seedAndTestPartChangeTheSamples() {
    Sample sample = new WavesSource(7, 64, false).at(0);
    assertThat(new WavesSource(8, 64, false).at(0).data()).isNotEqualTo(sample.data());
    assertThat(new WavesSource(7, 64, true).at(0).data()).isNotEqualTo(sample.data());
  }

  @Test
  void formsAreBalancedAndBounded() {
    int[] counts = new int[4];
    for (Sample sample : SampleReaders.from(new WavesSource(1, 64, false), 0, 2_000)) {
      counts[SampleReaders.classOf(sample)]++;
      FloatBuffer values = sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      assertThat(values.remaining()).isEqualTo(64);
      while (values.hasRemaining()) {
        assertThat(values.get()).isBetween(-1.4f, 1.4f);
      }
    }
    assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 420 && count < 580);
  }

  @Test
  void keyDependsOnSeedAndWindow() {
    assertThat(List.of(key(7, 64, false), key(7, 64, true), key(7, 32, false), key(8, 64, false)))
        .doesNotHaveDuplicates();
  }

  private static String key(long seed, int length, boolean test) {
    return new WavesSource(seed, length, test).description().key();
  }
}
