package dev.tidemill.producer.source.waves;

import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SplitMix;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;

/**
 * Waves without end: a sample is [length, 1] heights of a sine, a square, a triangle or a sawtooth,
 * whose number, 0 to 3, is its label; three to six periods, with a phase, an amplitude and noise of
 * its own. Sample n is drawn from a random generator seeded by (seed, n), so that any sample can be
 * drawn at any time, the same each time. Any thread.
 */
public final class WavesSource implements IndexedSource {
  private static final List<Wave> WAVES = List.of(Wave.values());
  private static final double LEAST_PERIODS = 3;
  private static final double MOST_PERIODS = 6;
  private static final double NOISE = 0.05;

  /** Sets the test samples' random numbers apart from the training samples'. */
  private static final long TEST = 0x7761_7665L;

  private final long seed;
  private final int length;
  private final List<Long> shape;
  private final SourceDescription description;

  /**
   * @param length heights in a sample
   * @param test whether to draw samples that are none of the training samples
   */
  public WavesSource(long seed, int length, boolean test) {
    this.seed = SplitMix.mix(test ? seed ^ TEST : seed);
    this.length = length;
    this.shape = List.of((long) length, 1L);
    String key = "waves:seed=" + seed + ",window=" + length + (test ? ",test" : "");
    this.description = SourceDescription.of(key, OptionalLong.empty(), shape);
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long place) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + place));
    int number = random.below(WAVES.size());
    Wave wave = WAVES.get(number);
    double phase = random.between(0, 1);
    double periods = random.between(LEAST_PERIODS, MOST_PERIODS);
    double amplitude = random.between(0.8, 1.2);
    ByteBuffer data = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      double height = amplitude * wave.at(phase + periods * i / length);
      data.putFloat((float) (height + random.between(-NOISE, NOISE)));
    }
    return new Sample(
        place,
        DType.FLOAT32,
        shape,
        data.flip().asReadOnlyBuffer(),
        new SampleLabel.ClassNumber(number));
  }
}
