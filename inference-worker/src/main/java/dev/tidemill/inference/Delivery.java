package dev.tidemill.inference;

import java.time.Duration;

/**
 * Delivers batches in the order in which they were sent. Commits the offsets of their requests with
 * the answers or after them. A batch is open from {@link #send} until it is committed. Only the
 * thread that owns the consumer may call these methods.
 */
interface Delivery extends AutoCloseable {
  /**
   * Starts delivering, or starts again after a failure. When it returns, every open batch is
   * committed or abandoned.
   */
  void restart();

  /** Returns whether a batch may be sent now; the size of open batches is limited. */
  boolean hasRoom();

  /** Returns whether no batch is open. */
  boolean isIdle();

  /** Waits until a commit begins or ends; returns at once if no batch is open. */
  void awaitProgress(Duration atMost) throws InterruptedException;

  /**
   * Sends a batch and returns before it is committed. Requires {@link #hasRoom}.
   *
   * @throws RuntimeException why this batch, or an earlier one, was not delivered; the caller
   *     restarts
   */
  void send(DeliveryBatch batch);

  /**
   * Checks, without waiting, what became of the open batches.
   *
   * @return whether a batch was committed since the last call
   * @throws RuntimeException why a batch was not committed; later ones are not committed either,
   *     and the caller restarts
   */
  boolean checkCommits();

  /**
   * Waits until no batch is open, because partitions are being revoked. The next {@link
   * #checkCommits} reports a failure.
   */
  void awaitCommits() throws InterruptedException;

  /** Waits until no batch is open, then closes. */
  @Override
  void close();
}
