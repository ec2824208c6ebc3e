package dev.tidemill.producer.source;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/** The label of a sample: the expected answer. */
public sealed interface SampleLabel {
  /** The expected class; empty for a regression. */
  default OptionalInt answer() {
    return OptionalInt.empty();
  }

  /** A class, from 0. In a source: the class whose name is this number. */
  record ClassNumber(int number) implements SampleLabel {
    @Override
    public OptionalInt answer() {
      return OptionalInt.of(number);
    }
  }

  /**
   * A class at every position of a sequence, each an unsigned byte. A model answers with the last
   * one: for text, the byte after the whole input.
   *
   * @param numbers at least one; never modified
   */
  record NextBytes(ByteBuffer numbers) implements SampleLabel {
    @Override
    public OptionalInt answer() {
      return OptionalInt.of(numbers.get(numbers.limit() - 1) & 0xFF);
    }
  }

  /**
   * A class name, class number or target as the source has it. A contract says which.
   *
   * @param value a String, a Number or a Boolean
   */
  record Raw(Object value) implements SampleLabel {}

  /** The targets of a regression. */
  record Targets(List<Float> values) implements SampleLabel {
    public Targets {
      values = List.copyOf(values);
    }
  }
}
