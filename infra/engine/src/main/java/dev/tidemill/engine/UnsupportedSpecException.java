package dev.tidemill.engine;

/** Thrown if an engine does not support an option of a spec. */
public final class UnsupportedSpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates a message that names an engine with support.
   *
   * @param what the engine cannot do: the text after "cannot"
   * @param otherEngine an engine that can
   */
  public UnsupportedSpecException(String engine, String what, String otherEngine) {
    super("engine " + engine + " cannot " + what + "; engine " + otherEngine + " can");
  }
}
