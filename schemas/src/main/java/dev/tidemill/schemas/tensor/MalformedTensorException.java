package dev.tidemill.schemas.tensor;

/** A tensor whose parts contradict each other or what is asked of it; the message says how. */
public final class MalformedTensorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedTensorException(String message) {
    super(message);
  }
}
