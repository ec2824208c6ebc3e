package dev.tidemill.trainer;

/** The spec or the settings contradict the model's lineage or its initial weights. */
public final class RunRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RunRefusedException(String message) {
    super(message);
  }

  RunRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
