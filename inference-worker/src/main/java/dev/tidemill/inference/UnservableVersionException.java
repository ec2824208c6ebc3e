package dev.tidemill.inference;

/** A version's bytes are correct, but the engine cannot answer with them. */
final class UnservableVersionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnservableVersionException(long version, String reason) {
    super("version " + version + " cannot be served: " + reason);
  }

  UnservableVersionException(long version, RuntimeException cause) {
    super("version " + version + " cannot be served: " + cause, cause);
  }
}
