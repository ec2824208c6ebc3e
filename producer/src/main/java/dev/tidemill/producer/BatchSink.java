package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;

/** Where batch records go. One thread. */
interface BatchSink extends AutoCloseable {
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

  /** Returns when all that was taken is acknowledged. */
  void flush() throws Exception;

  /** Flushes, and returns when readers of committed records see it all. */
  void complete() throws Exception;

  @Override
  void close();
}
