package dev.tidemill.producer.source.digits;

import dev.tidemill.contract.Contract;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SplitMix;
import dev.tidemill.producer.source.TensorContracts;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * An endless source of synthetic digits. Sample n comes from a random generator seeded with (seed,
 * n), so samples are reproducible in any order. Any thread.
 */
public final class DigitsSource implements IndexedSource {
  private static final List<Long> SHAPE = List.of(1L, 28L, 28L);

  /** Separates the random numbers of the test samples from those of the training samples. */
  private static final long TEST = 0x7465_7374L;

  private final ThreadLocal<DigitDrawer> drawers = ThreadLocal.withInitial(DigitDrawer::new);
  private final long seed;
  private final long driftAfter;
  private final SourceDescription description;

  /**
   * @param driftAfter number of samples before the drawing style changes; {@link Long#MAX_VALUE}
   *     for never
   * @param test whether to draw test samples, which differ from the training samples
   */
  public DigitsSource(long seed, long driftAfter, boolean test) {
    this.seed = test ? SplitMix.mix(seed ^ TEST) : SplitMix.mix(seed);
    this.driftAfter = driftAfter;
    String drift = driftAfter == Long.MAX_VALUE ? "" : ",drift-after=" + driftAfter;
    String key = "digits:seed=" + seed + drift + (test ? ",test" : "");
    this.description = SourceDescription.of(key, OptionalLong.empty(), SHAPE);
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Contract derive(List<Sample> first) {
    return TensorContracts.numbered(at(0), 10);
  }

  @Override
  public Sample at(long index) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + index));
    int digit = random.below(10);
    DrawingStyle style = index < driftAfter ? DrawingStyle.DEFAULT : DrawingStyle.DRIFTED;
    byte[] pixels = drawers.get().draw(digit, style, random);
    ByteBuffer data = ByteBuffer.wrap(pixels).asReadOnlyBuffer();
    return new Sample(index, DType.UINT8, SHAPE, data, new SampleLabel.ClassNumber(digit));
  }
}
