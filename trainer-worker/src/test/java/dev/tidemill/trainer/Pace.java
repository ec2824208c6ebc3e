package dev.tidemill.trainer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Slows down steps, so that a kill happens during training. No test waits for it. */
record Pace(long millis) implements LongConsumer {
  @Override
  public void accept(long step) {
    LockSupport.parkNanos(millis * 1_000_000);
  }
}
