package dev.tidemill.producer;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;

/**
 * Writes batch records. It counts a record when it is written and when the brokers have committed
 * it. One thread.
 */
interface BatchSink {
  /** Opens the sink, so that no other run of the source can write any more. */
  void open() throws Exception;

  /** Reads the position to start from. */
  SourcePosition position() throws Exception;

  /** Writes a record. */
  void send(AssembledBatch batch) throws Exception;

  /** Whether no other run of the source has moved its position from here. */
  boolean isAt(SourcePosition position) throws Exception;

  /** Writes a record, and the position after it, in another producer's transaction. */
  void write(AssembledBatch batch, Producer<byte[], byte[]> transaction);

  /** Called when that transaction is committed. */
  void written(AssembledBatch batch);

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
