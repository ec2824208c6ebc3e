package dev.tidemill.trainer;

/** A command of an operator that cannot be executed; the message is its outcome. */
final class CommandRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandRejectedException(String message) {
    super(message);
  }

  CommandRejectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
