package dev.tidemill.producer.source.digits;

import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SplitMix;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * Digits without end: sample n is drawn from a random generator seeded by (seed, n), so that any
 * sample can be drawn at any time, the same each time. Any thread.
 */
public final class DigitsSource implements IndexedSource {
  private static final List<Long> SHAPE = List.of(1L, 28L, 28L);

  /** Sets the test samples' random numbers apart from the training samples'. */
  private static final long TEST = 0x7465_7374L;

  private final ThreadLocal<DigitDrawer> drawers = ThreadLocal.withInitial(DigitDrawer::new);
  private final long seed;
  private final long driftAfter;
  private final SourceDescription description;

  /**
   * @param driftAfter samples after which the drawing style changes; {@link Long#MAX_VALUE} never
   * @param test whether to draw samples that are none of the training samples
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
  public Sample at(long place) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + place));
    int digit = random.below(10);
    DrawingStyle style = place < driftAfter ? DrawingStyle.USUAL : DrawingStyle.DRIFTED;
    byte[] pixels = drawers.get().draw(digit, style, random);
    ByteBuffer data = ByteBuffer.wrap(pixels).asReadOnlyBuffer();
    return new Sample(place, DType.UINT8, SHAPE, data, new SampleLabel.ClassNumber(digit));
  }
}
