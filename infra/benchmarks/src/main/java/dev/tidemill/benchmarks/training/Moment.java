package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Figure;
import dev.tidemill.runtime.Worker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/**
 * What a counter showed at a time. It may count in steps, so a rate is that between two moments at
 * which it had just changed.
 *
 * @param nanos on the monotonic clock
 */
record Moment(double count, long nanos) {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long POLL_NANOS = 100_000;

  /**
   * Waits until a counter shows at least a value.
   *
   * @param worker counts
   * @throws IllegalStateException if the worker ends, or takes more than 5 minutes
   */
  static Moment when(DoubleSupplier counter, double atLeast, Worker worker) {
    long limit = System.nanoTime() + LIMIT_NANOS;
    for (double count = counter.getAsDouble(); count < atLeast; count = counter.getAsDouble()) {
      if (worker.health().hasEnded() || System.nanoTime() > limit) {
        throw new IllegalStateException(
            "%s counted to %,.0f, not to %,.0f: %s"
                .formatted(worker.name(), count, atLeast, worker.health()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return new Moment(counter.getAsDouble(), System.nanoTime());
  }

  /** Sleeps until some seconds after this moment. */
  void sleep(double seconds) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos + (long) (seconds * 1e9) - System.nanoTime());
  }

  /**
   * The rate per second between an earlier moment and this one.
   *
   * @throws dev.tidemill.benchmarks.BenchmarkException if no time passed
   */
  double perSecondSince(Moment earlier) {
    return Figure.quotient(count - earlier.count, (nanos - earlier.nanos) / 1e9, "a counter");
  }
}
