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
 * Made-up sentences without end, in windows that begin anywhere within one: sample n is written by
 * a random generator seeded by (seed, n), so that any sample can be had at any time, the same each
 * time. One window in eight begins as a short prompt does that a window was filled up for: behind
 * line ends. Any thread.
 */
public final class SentencesSource implements IndexedSource {
  private static final int FILLED_UP_ONE_IN = 8;

  /** No sentence is longer; a window begins somewhere in so many bytes. */
  private static final int LONGEST = 96;

  /** Sets the test samples' random numbers apart from the training samples'. */
  private static final long TEST = 0x7465_7874L;

  private final long seed;
  private final int length;
  private final SourceDescription description;

  /**
   * @param length bytes in a sample
   * @param test whether to write samples that are none of the training samples
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
  public Sample at(long place) {
    SplitMix random = new SplitMix(SplitMix.mix(seed + place));
    return TextWindow.of(
        place, random.below(FILLED_UP_ONE_IN) == 0 ? filledUp(random) : cutOut(random));
  }

  private byte[] filledUp(SplitMix random) {
    int lineEnds = 1 + random.below(length);
    byte[] bytes = new byte[length + 1];
    Arrays.fill(bytes, 0, lineEnds, (byte) '\n');
    byte[] text = sentences(length + 1 - lineEnds, random);
    System.arraycopy(text, 0, bytes, lineEnds, bytes.length - lineEnds);
    return bytes;
  }

  private byte[] cutOut(SplitMix random) {
    int begin = random.below(LONGEST);
    return Arrays.copyOfRange(sentences(begin + length + 1, random), begin, begin + length + 1);
  }

  /** At least so many bytes. */
  private static byte[] sentences(int bytes, SplitMix random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(Grammar.sentence(random));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
