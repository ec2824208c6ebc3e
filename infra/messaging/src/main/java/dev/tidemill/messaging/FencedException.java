package dev.tidemill.messaging;

/**
 * The brokers no longer take anything from this producer: a newer one with the same transactional
 * id has taken over, or its transaction was open for too long. It can never write again.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param holder what kind of client it is, and by which name
   */
  public FencedException(String holder, String transactionalId, Throwable cause) {
    super(
        "another "
            + holder
            + " has taken over (transactional.id "
            + transactionalId
            + "), or the brokers ended a transaction that was open for longer than"
            + " transaction.timeout.ms",
        cause);
  }
}
