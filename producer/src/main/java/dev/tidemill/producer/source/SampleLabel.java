package dev.tidemill.producer.source;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/** What a sample's right answer is. */
public sealed interface SampleLabel {
  /** The class that a right answer has; empty where it has none. */
  default OptionalInt answer() {
    return OptionalInt.empty();
  }

  /** A class, from 0. */
  record ClassNumber(int number) implements SampleLabel {
    @Override
    public OptionalInt answer() {
      return OptionalInt.of(number);
    }
  }

  /**
   * A class at every place of a sequence, each an unsigned byte. A model answers with the last one:
   * of a text's next bytes that is the one behind all that was asked about.
   *
   * @param numbers at least one; not changed after it was handed out
   */
  record NextBytes(ByteBuffer numbers) implements SampleLabel {
    @Override
    public OptionalInt answer() {
      return OptionalInt.of(numbers.get(numbers.limit() - 1) & 0xFF);
    }
  }

  /** The values of a regression. */
  record Targets(List<Float> values) implements SampleLabel {
    public Targets {
      values = List.copyOf(values);
    }
  }
}
