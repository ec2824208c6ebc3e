package dev.tidemill.engine.dl4j.plan;

/**
 * A counter that threads can wait for. A waiting thread first spins for some microseconds, about
 * the difference between threads of a step, then blocks. It allocates nothing.
 */
final class TurnCounter {
  private static final int SPINS = 1000;

  private volatile long value;

  long value() {
    return value;
  }

  /**
   * Increments the counter. Earlier writes of this thread are visible to threads that waited for
   * it.
   */
  synchronized void advance() {
    value = value + 1;
    notifyAll();
  }

  /**
   * Waits until the counter is at least {@code least}. An interrupt does not end the wait; it
   * restores the interrupt flag afterwards.
   */
  void await(long least) {
    for (int i = 0; i < SPINS; i++) {
      if (value >= least) {
        return;
      }
      Thread.onSpinWait();
    }
    blockUntil(least);
  }

  private synchronized void blockUntil(long least) {
    boolean interrupted = false;
    while (value < least) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
