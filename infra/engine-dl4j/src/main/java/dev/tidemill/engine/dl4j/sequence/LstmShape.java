package dev.tidemill.engine.dl4j.sequence;

/**
 * The sizes of one direction of an LSTM layer.
 *
 * @param length time steps per sample
 * @param hidden hidden size
 * @param reverse whether to run from the last time step to the first
 */
public record LstmShape(int batch, int length, int hidden, boolean reverse) {
  private static final int GATES = 4;

  /** Returns the gate values per sample and time step: i, f, g, o. */
  public int gates() {
    return GATES * hidden;
  }

  /** Returns the time step of a step of the recurrence. */
  int timeStep(int step) {
    return reverse ? length - 1 - step : step;
  }
}
