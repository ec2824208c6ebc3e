package dev.tidemill.inference;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Locks a serving thread's consumer and the state that belongs to it. The serving thread holds the
 * lock, except while the engine computes. Then the keep-alive thread may take it and poll, so that
 * the member stays in the group. Each poll and each micro-batch takes the lock once. Threads
 * contend for it only if a computation is slow.
 */
final class ConsumerOwnership {
  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoTime;

  /** Start of the computation; valid only while it runs, that is, without the lock. */
  private volatile long computingSince;

  private volatile boolean isComputing;

  ConsumerOwnership(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void acquire() {
    lock.lock();
  }

  void release() {
    lock.unlock();
  }

  /**
   * Runs a computation with the lock released, and takes the lock again afterwards. Only the thread
   * that holds the lock may call it.
   */
  <T> T releaseDuring(Supplier<T> computation) {
    computingSince = nanoTime.getAsLong();
    isComputing = true;
    lock.unlock();
    try {
      return computation.get();
    } finally {
      lock.lock();
      isComputing = false;
    }
  }

  /**
   * Takes the lock if a computation has run for at least {@code minNanos}; returns whether it did.
   */
  boolean tryAcquireFromComputation(long minNanos) {
    if (!isComputing || nanoTime.getAsLong() - computingSince < minNanos || !lock.tryLock()) {
      return false;
    }
    if (!isComputing) {
      lock.unlock();
      return false;
    }
    return true;
  }
}
