package dev.tidemill.producer;

import java.time.Duration;

/** The records passed to the Kafka client that the brokers do not have yet. Any thread. */
public interface Deliveries {
  /** Number of records that the brokers have not acknowledged or committed. */
  long pending();

  /**
   * Time since the last acknowledgement, or since the first pending record if that is later; zero
   * if no record is pending.
   */
  Duration waiting();
}
