package dev.tidemill.benchmarks.training;

import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A finite source that costs nothing: a few samples, made beforehand, over and over. Their bytes
 * are random capital letters, as those of Kafka's own tool are.
 */
final class MemorySource implements IndexedSource {
  static final int LETTERS = 26;

  private static final List<Long> SHAPE = List.of(1L, (long) DigitData.SIDE, (long) DigitData.SIDE);
  private static final int DISTINCT = 4096;

  private final SourceDescription description;
  private final List<Sample> samples;

  MemorySource(String key, long count) {
    description = SourceDescription.of(key, OptionalLong.of(count), SHAPE);
    Random random = new Random(1);
    samples =
        IntStream.range(0, DISTINCT)
            .mapToObj(
                place ->
                    new Sample(
                        place,
                        DType.UINT8,
                        SHAPE,
                        ByteBuffer.wrap(letters(random, DigitData.PIXELS)),
                        new SampleLabel.ClassNumber(place % 10)))
            .toList();
  }

  static byte[] letters(Random random, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) ('A' + random.nextInt(LETTERS));
    }
    return bytes;
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long place) {
    return samples.get((int) (place % DISTINCT));
  }
}
