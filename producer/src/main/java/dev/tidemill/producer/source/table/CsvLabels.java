package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.SampleLabel;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Parses the cells of the label column. */
sealed interface CsvLabels {
  /** Parses a cell; returns null if it is not a valid label. */
  @Nullable SampleLabel of(String cell);

  /** Describes a valid cell, for messages. */
  String expected();

  /** Class names in the order of the class numbers; empty if the labels have no names. */
  default List<String> names() {
    return List.of();
  }

  /** Integers from 0. */
  record ClassNumbers() implements CsvLabels {
    @Override
    public @Nullable SampleLabel of(String cell) {
      double value = Numbers.parse(cell);
      boolean whole = value >= 0 && value == Math.rint(value) && value <= Integer.MAX_VALUE;
      return whole ? new SampleLabel.ClassNumber((int) value) : null;
    }

    @Override
    public String expected() {
      return "a class number";
    }
  }

  /** Class names, numbered in the given order. */
  record ClassNames(List<String> names, Map<String, Integer> numbers) implements CsvLabels {
    static ClassNames of(List<String> names) {
      return new ClassNames(
          names,
          IntStream.range(0, names.size())
              .boxed()
              .collect(Collectors.toUnmodifiableMap(names::get, i -> i)));
    }

    @Override
    public @Nullable SampleLabel of(String cell) {
      Integer number = numbers.get(cell);
      return number == null ? null : new SampleLabel.ClassNumber(number);
    }

    @Override
    public String expected() {
      return "one of the classes " + String.join(", ", names);
    }
  }

  /** Regression targets. */
  record TargetNumbers() implements CsvLabels {
    @Override
    public @Nullable SampleLabel of(String cell) {
      double value = Numbers.parse(cell);
      return Double.isNaN(value) ? null : new SampleLabel.Targets(List.of((float) value));
    }

    @Override
    public String expected() {
      return "a finite number";
    }
  }
}
