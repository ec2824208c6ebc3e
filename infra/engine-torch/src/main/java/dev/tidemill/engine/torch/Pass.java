package dev.tidemill.engine.torch;

/**
 * What layers need to know of a computation besides the values.
 *
 * @param training whether it is learned from: dropout drops, and a batch norm uses the batch's
 *     figures
 * @param seed of dropout
 * @param step updates made before
 * @param firstSample of the part that is computed, among the update's samples
 * @param again whether it was computed before, and is only to go back now: the same comes out, and
 *     running figures stay as they are
 */
record Pass(boolean training, long seed, long step, long firstSample, boolean again) {

  /** Answering: nothing is dropped. */
  static final Pass ANSWER = new Pass(false, 0, 0, 0, false);

  /** The same, computed again. */
  Pass repeated() {
    return new Pass(training, seed, step, firstSample, true);
  }
}
