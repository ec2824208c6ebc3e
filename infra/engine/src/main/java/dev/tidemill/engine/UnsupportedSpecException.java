package dev.tidemill.engine;

/** An engine cannot do what a spec asks for. */
public final class UnsupportedSpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says which engine can.
   *
   * @param what it cannot, after "cannot", e.g. {@code do training.activation_checkpointing}
   * @param otherEngine one that can
   */
  public UnsupportedSpecException(String engine, String what, String otherEngine) {
    super("engine " + engine + " cannot " + what + "; engine " + otherEngine + " can");
  }
}
