package dev.tidemill.producer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting that another thread can end for good. */
public final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);

  /** Ends all waits, now and later. */
  public void give() {
    given.countDown();
  }

  public boolean isGiven() {
    return given.getCount() == 0;
  }

  /** Waits that long, or until the signal is given. */
  public void await(long nanos) throws InterruptedException {
    // What is returned says only which of the two it was.
    boolean stopped = given.await(nanos, TimeUnit.NANOSECONDS);
    assert !stopped || isGiven();
  }
}
