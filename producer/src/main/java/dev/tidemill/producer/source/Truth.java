package dev.tidemill.producer.source;

import java.util.List;

/** What a sample's right answer is. */
public sealed interface Truth {
  /** A class, from 0. */
  record ClassNumber(int number) implements Truth {}

  /** The values of a regression. */
  record Targets(List<Float> values) implements Truth {
    public Targets {
      values = List.copyOf(values);
    }
  }
}
