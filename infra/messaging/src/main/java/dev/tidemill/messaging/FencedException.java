package dev.tidemill.messaging;

/**
 * A newer producer with the same transactional id has taken over: this one can never write again.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param holder what kind of client it is, and by which name
   */
  public FencedException(String holder, String transactionalId, Throwable cause) {
    super(
        "another " + holder + " has taken over (transactional.id " + transactionalId + ")", cause);
  }
}
