package dev.tidemill.engine.dl4j.sequence;

/**
 * Sizes of one direction of an LSTM.
 *
 * @param length moments of a sample
 * @param hidden values that are shown of each
 * @param reverse from the last moment to the first
 */
public record LstmShape(int batch, int length, int hidden, boolean reverse) {
  private static final int GATES = 4;

  /** Values of a sample's gates at one moment: i, f, g, o. */
  public int gates() {
    return GATES * hidden;
  }

  /** The moment that a step of the recurrence is about. */
  int moment(int step) {
    return reverse ? length - 1 - step : step;
  }
}
