package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SplitMix;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * An endless source of synthetic sentences, in windows that start anywhere within a sentence.
 * Sample n comes from a random generator seeded with (seed, n), so samples are reproducible in any
 * order.
 *
 * <p>One window in eight starts with line ends, like the window of a short prompt that was padded
 * to the window's length. Any thread.
 */
public final class SentencesSource implements IndexedSource {
  private static final int PADDED_ONE_IN = 8;

  /** Upper bound of a sentence's length; a window starts within the first this many bytes. */
  private static final int MAX_SENTENCE_BYTES = 96;

  /** Separates the random numbers of the test samples from those of the training samples. */
  private static final long TEST = 0x7465_7874L;

  private final long seed;
  private final int length;
  private final SourceDescription description;

  /**
   * @param length bytes per sample
   * @param test whether to generate test samples, which differ from the training samples
   */
  public SentencesSource(long seed, int length, boolean test) {
    this.seed = SplitMix.mix(test ? seed ^ TEST : seed);
    this.length = length;
    String key = "sentences:seed=" + seed + ",window=" + length + (test ? ",test" : "");
    this.description = SourceDescription.of(key, OptionalLong.empty(), List.of((long) length));
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long index) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + index));
    return TextWindow.of(
        index, random.below(PADDED_ONE_IN) == 0 ? padded(random) : excerpt(random));
  }

  private byte[] padded(SplitMix random) {
    int lineEnds = 1 + random.below(length);
    byte[] bytes = new byte[length + 1];
    Arrays.fill(bytes, 0, lineEnds, (byte) '\n');
    byte[] text = sentences(length + 1 - lineEnds, random);
    System.arraycopy(text, 0, bytes, lineEnds, bytes.length - lineEnds);
    return bytes;
  }

  private byte[] excerpt(SplitMix random) {
    int begin = random.below(MAX_SENTENCE_BYTES);
    return Arrays.copyOfRange(sentences(begin + length + 1, random), begin, begin + length + 1);
  }

  /** Returns at least the given number of bytes. */
  private static byte[] sentences(int bytes, SplitMix random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(Grammar.sentence(random));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
