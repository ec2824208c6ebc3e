package dev.tidemill.inference;

import java.time.Duration;

/**
 * Brings rounds to the log in the order in which they were sent, and their offsets with or after
 * their answers. A round is in the making from its sending until it is committed. All methods are
 * for the thread that owns the consumer.
 */
interface Delivery extends AutoCloseable {
  /**
   * Begins, or begins anew after a failure: what was in the making is committed or given up when
   * this returns.
   */
  void restart();

  /** Whether a round may be sent now; there is a bound on what is in the making. */
  boolean hasRoom();

  /** Whether no round is in the making. */
  boolean isIdle();

  /** Waits until a commit begins or ends; returns at once if no round is in the making. */
  void awaitProgress(Duration atMost) throws InterruptedException;

  /**
   * Begins to deliver a round, for which there has to be room, and returns while it is on its way.
   *
   * @throws RuntimeException whatever kept it, or a round before it, from being delivered; the
   *     owner restarts
   */
  void send(DeliveryBatch round);

  /**
   * Looks at what became of the rounds, without waiting.
   *
   * @return whether some were committed since the last time
   * @throws RuntimeException whatever kept the first that failed from being committed; those after
   *     it are not committed either, and the owner restarts
   */
  boolean settle();

  /**
   * Waits until no round is in the making any more, because partitions go; a failure is told by the
   * next {@link #settle}.
   */
  void finish() throws InterruptedException;

  /** Finishes what is in the making. */
  @Override
  void close();
}
