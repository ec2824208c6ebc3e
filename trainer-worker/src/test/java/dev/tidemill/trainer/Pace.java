package dev.tidemill.trainer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Slows steps down, so that a kill falls among them: nothing waits for it. */
record Pace(long millis) implements LongConsumer {
  @Override
  public void accept(long step) {
    LockSupport.parkNanos(millis * 1_000_000);
  }
}
