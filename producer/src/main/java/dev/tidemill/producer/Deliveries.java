package dev.tidemill.producer;

import java.time.Duration;

/** Records that were given to Kafka's client, until the brokers have them. Any thread. */
public interface Deliveries {
  /** Records that the brokers have not acknowledged, or not committed. */
  long pending();

  /**
   * How long ago the newest success was, or the first of these records; zero if none is pending.
   */
  Duration waiting();
}
