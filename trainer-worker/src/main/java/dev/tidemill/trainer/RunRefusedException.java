package dev.tidemill.trainer;

/**
 * What was asked of a trainer contradicts the model's lineage, or the weights it should begin with.
 */
public final class RunRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunRefusedException(String message) {
    super(message);
  }

  RunRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
