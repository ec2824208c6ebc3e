package dev.tidemill.engine;

/**
 * A copy of a model that has been begun: of what the model was then, whatever it learns meanwhile.
 */
public interface PendingSnapshot {
  /** A copy that was made at once. */
  PendingSnapshot DONE = () -> {};

  /**
   * Returns when the copy is whole. Until then the state is nobody's to read or to fill. Any
   * thread, as often as one likes, the model's end included: a copy that was begun before is made.
   *
   * @throws RuntimeException if it could not be made; then at each call
   */
  void await();
}
