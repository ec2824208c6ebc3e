package dev.tidemill.messaging;

import java.time.Duration;

/** Thrown when a producer's open transaction prevents reading a partition to its end. */
public final class OpenTransactionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient OpenTransaction open;

  OpenTransactionException(OpenTransaction open, String bootstrapServers, Duration waited) {
    super(message(open, bootstrapServers, waited));
    this.open = open;
  }

  /** The transaction that blocks the partition. */
  public OpenTransaction open() {
    return open;
  }

  private static String message(OpenTransaction open, String bootstrapServers, Duration waited) {
    return open.partition()
        + " cannot be read to its end: a transaction of "
        + open.producer()
        + " is open; it starts at offset "
        + open.startOffset()
        + since(open)
        + "; waited "
        + waited.toMillis()
        + " ms ("
        + KafkaSettings.READ_TIMEOUT
        + "). "
        + end(open)
        + " To end it now, stop that producer and run: "
        + open.abortCommand(bootstrapServers);
  }

  private static String since(OpenTransaction open) {
    return open.since() == null ? "" : " and began at " + open.since();
  }

  private static String end(OpenTransaction open) {
    return open.timeout() == null
        ? "No transaction coordinator was found that will abort it."
        : "The brokers abort it "
            + open.timeout().toSeconds()
            + " s after it began, unless its producer ends it first.";
  }
}
