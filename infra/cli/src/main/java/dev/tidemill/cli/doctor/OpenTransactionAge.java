package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.OpenTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a transaction has been open for too long. */
final class OpenTransactionAge {
  /**
   * Coordinators look for transactions to end every 10 s by default, and their clocks and this
   * machine's differ.
   */
  private static final Duration GRACE = Duration.ofSeconds(15);

  private OpenTransactionAge() {}

  /**
   * Returns an error if readers of the partition fail because of the transaction, or if no broker
   * will end it; a warning if that cannot be known.
   *
   * @param readTimeout how long readers wait for it
   * @param seesAll whether the brokers hide no transaction from this principal
   */
  static Optional<Finding> of(
      OpenTransaction open,
      Instant now,
      Duration readTimeout,
      boolean seesAll,
      String bootstrapServers) {
    Instant since = open.since();
    Duration timeout = open.timeout();
    if (since == null || timeout == null) {
      return Optional.of(
          seesAll
              ? error(open, "that no transaction coordinator is known to end", bootstrapServers)
              : Finding.warning(
                  found(open, "which no coordinator knows or this principal may not see"),
                  "if it is there for long, stop that producer, then: "
                      + open.abortCommand(bootstrapServers)));
    }
    Duration age = Duration.between(since, now);
    if (age.compareTo(timeout.plus(GRACE)) > 0) {
      return Optional.of(
          error(
              open,
              "open for %d ms, longer than its timeout of %d ms"
                  .formatted(age.toMillis(), timeout.toMillis()),
              bootstrapServers));
    }
    if (age.compareTo(readTimeout) > 0) {
      return Optional.of(
          error(
              open,
              "open for %d ms, longer than readers wait (%s=%d); the brokers abort it after %d ms"
                  .formatted(
                      age.toMillis(),
                      KafkaSettings.READ_TIMEOUT,
                      readTimeout.toMillis(),
                      timeout.toMillis()),
              bootstrapServers));
    }
    return Optional.empty();
  }

  private static Finding error(OpenTransaction open, String what, String bootstrapServers) {
    return Finding.error(
        found(open, what), "stop that producer, then: " + open.abortCommand(bootstrapServers));
  }

  private static String found(OpenTransaction open, String what) {
    return "%s has a transaction of %s from offset %d on, %s"
        .formatted(open.partition(), open.producer(), open.startOffset(), what);
  }
}
