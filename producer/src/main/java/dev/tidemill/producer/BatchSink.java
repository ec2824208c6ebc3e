package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes batch records. It counts a record when it is written and when the brokers have committed
 * it. One thread.
 */
interface BatchSink {
  /** Opens the sink and returns the position to start from. */
  SourcePosition open() throws Exception;

  /**
   * Writes a record.
   *
   * @param after the position after the record
   */
  void send(TrainingBatch batch, SourcePosition after) throws Exception;

  /** Commits if the commit interval has passed, and reports failed writes. Called often. */
  void tick() throws Exception;

  /** Waits until all written records are committed. */
  void flush() throws Exception;

  /**
   * Flushes, then waits until `read_committed` consumers can read all records, or until the reason
   * why they cannot is known.
   *
   * @return why consumers cannot read committed records yet; empty if they can
   */
  Optional<String> complete() throws Exception;

  /**
   * Closes the sink. Records outside a transaction may still be acknowledged within the given time;
   * the rest is dropped.
   */
  void close(Duration atMost);
}
