package dev.tidemill.engine.dl4j.plan;

/**
 * A number that goes up one by one, and threads that wait for it. A waiting thread looks again for
 * some microseconds, which is what a step's parts differ by, before it sleeps. Nothing is
 * allocated.
 */
final class TurnCounter {
  private static final int LOOKS = 1000;

  private volatile long value;

  long value() {
    return value;
  }

  /** One more; what this thread wrote before is seen by who waited for it. */
  synchronized void advance() {
    value = value + 1;
    notifyAll();
  }

  /** Waits until the number is at least so large. An interrupt is kept for later. */
  void await(long least) {
    for (int i = 0; i < LOOKS; i++) {
      if (value >= least) {
        return;
      }
      Thread.onSpinWait();
    }
    sleepUntil(least);
  }

  private synchronized void sleepUntil(long least) {
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
