package dev.tidemill.contract;

/** A contract cannot be derived without a decision. The message names it and the settings. */
public final class UndecidedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UndecidedException(String message) {
    super(message);
  }
}
