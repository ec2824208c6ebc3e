package dev.tidemill.messaging;

/**
 * Thrown when the brokers have fenced this producer for good. Either a newer producer with the same
 * transactional id has taken over, or its transaction exceeded its timeout.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param holder the client's role, for example {@code trainer of model digits}
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
