package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;
import java.time.Duration;
import java.util.Optional;

/**
 * Where batch records go. It counts a record when it is written, and when the brokers committed it.
 * One thread.
 */
interface BatchSink {
  /** Gets ready, and says where to begin. */
  SourcePosition open() throws Exception;

  /**
   * Takes a record.
   *
   * @param after the position behind it
   */
  void send(TrainingBatch batch, SourcePosition after) throws Exception;

  /** Called often; writes what has waited for long enough. */
  void tick() throws Exception;

  /** Returns when all that was taken is committed. */
  void flush() throws Exception;

  /**
   * Flushes, and returns when readers of committed records see it all, or when it is known why they
   * do not see it yet.
   *
   * @return why readers do not see it yet, although it is committed; empty if they do
   */
  Optional<String> complete() throws Exception;

  /**
   * Closes it. What was written and not committed may still be acknowledged in that time, if it is
   * no part of a transaction; then it is dropped.
   */
  void close(Duration atMost);
}
