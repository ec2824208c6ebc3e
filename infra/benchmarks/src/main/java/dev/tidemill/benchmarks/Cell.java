package dev.tidemill.benchmarks;

/** What stands in one place of a table. */
public sealed interface Cell {

  /** As a reader sees it. */
  String text();

  /** Words, or a number that was not measured, e.g. a batch size. */
  record Words(String text) implements Cell {}

  /** A measured figure. */
  record Measured(Figure figure) implements Cell {
    @Override
    public String text() {
      return figure.text();
    }
  }

  static Cell of(Object words) {
    return new Words(String.valueOf(words));
  }

  static Cell of(Figure figure) {
    return new Measured(figure);
  }

  /** What was not run, or has no meaning. */
  static Cell none() {
    return new Words("–");
  }
}
