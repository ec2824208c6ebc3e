package dev.tidemill.inference;

/** A version whose bytes are sound, and which cannot answer all the same. */
final class UnservableVersionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnservableVersionException(long version, String reason) {
    super("version " + version + " cannot be served: " + reason);
  }

  UnservableVersionException(long version, RuntimeException cause) {
    super("version " + version + " cannot be served: " + cause, cause);
  }
}
