package dev.tidemill.producer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A one-shot stop flag that a thread can wait on. Any thread. */
public final class StopSignal {
  private final CountDownLatch latch = new CountDownLatch(1);

  /** Ends all current and future waits. */
  public void stop() {
    latch.countDown();
  }

  public boolean isStopped() {
    return latch.getCount() == 0;
  }

  /** Waits for the given time, or until {@link #stop}. */
  public void await(long nanos) throws InterruptedException {
    boolean stopped = latch.await(nanos, TimeUnit.NANOSECONDS);
    assert !stopped || isStopped();
  }
}
