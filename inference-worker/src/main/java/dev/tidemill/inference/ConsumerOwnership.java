package dev.tidemill.inference;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who may touch a serving thread's consumer and what goes with it: the serving thread, except while
 * the engine computes; then a keeper may, which polls so that the group goes on. One lock a poll
 * and one a micro-batch, which nobody contends for unless a computation is slow.
 */
final class ConsumerOwnership {
  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoTime;

  /** When the computation began; only meaningful while it goes on, that is, without the lock. */
  private volatile long computingSince;

  private volatile boolean isComputing;

  ConsumerOwnership(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void take() {
    lock.lock();
  }

  void giveBack() {
    lock.unlock();
  }

  /** Computes while others may take the consumer; called by its owner, who has it again after. */
  <T> T without(Supplier<T> computation) {
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

  /** Takes it from a computation that has lasted that long; whether that was so. */
  boolean takeFromComputation(long lastedNanos) {
    if (!isComputing || nanoTime.getAsLong() - computingSince < lastedNanos || !lock.tryLock()) {
      return false;
    }
    if (!isComputing) {
      lock.unlock();
      return false;
    }
    return true;
  }
}
