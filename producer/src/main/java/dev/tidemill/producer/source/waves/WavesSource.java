package dev.tidemill.producer.source.waves;

import dev.tidemill.contract.Contract;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SplitMix;
import dev.tidemill.producer.source.TensorContracts;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;

/**
 * An endless source of synthetic waves. A sample is the [length, 1] values of a sine, square,
 * triangle or sawtooth wave, and its label is the number of the form, 0 to 3. Each sample has three
 * to six periods and random phase, amplitude and noise.
 *
 * <p>Sample n comes from a random generator seeded with (seed, n), so samples are reproducible in
 * any order. Any thread.
 */
public final class WavesSource implements IndexedSource {
  private static final List<Wave> WAVES = List.of(Wave.values());
  private static final double MIN_PERIODS = 3;
  private static final double MAX_PERIODS = 6;
  private static final double NOISE = 0.05;

  /** Separates the random numbers of the test samples from those of the training samples. */
  private static final long TEST = 0x7761_7665L;

  private final long seed;
  private final int length;
  private final List<Long> shape;
  private final SourceDescription description;

  /**
   * @param length values per sample
   * @param test whether to generate test samples, which differ from the training samples
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
  public Contract derive(List<Sample> first) {
    return TensorContracts.numbered(at(0), WAVES.size());
  }

  @Override
  public Sample at(long index) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + index));
    int number = random.below(WAVES.size());
    Wave wave = WAVES.get(number);
    double phase = random.between(0, 1);
    double periods = random.between(MIN_PERIODS, MAX_PERIODS);
    double amplitude = random.between(0.8, 1.2);
    ByteBuffer data = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      double height = amplitude * wave.at(phase + periods * i / length);
      data.putFloat((float) (height + random.between(-NOISE, NOISE)));
    }
    return new Sample(
        index,
        DType.FLOAT32,
        shape,
        data.flip().asReadOnlyBuffer(),
        new SampleLabel.ClassNumber(number));
  }
}
