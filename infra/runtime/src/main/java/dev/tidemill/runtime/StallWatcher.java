package dev.tidemill.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Checks a worker's watched duties at intervals, on its own thread. */
final class StallWatcher {
  /** Checks per stall limit; detection is late by at most this fraction of the limit. */
  private static final int CHECKS_PER_LIMIT = 8;

  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MAX_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String worker;
  private final HealthMonitor monitor;
  private final List<StallWatch> watches = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long interval = MAX_INTERVAL_NANOS;

  StallWatcher(String worker, HealthMonitor monitor) {
    this.worker = worker;
    this.monitor = monitor;
  }

  void add(DutyThread thread, Supplier<Duration> stalledAfter) {
    watches.add(new StallWatch(thread, stalledAfter, monitor, System::nanoTime));
    long period = Math.max(MIN_INTERVAL_NANOS, stalledAfter.get().toNanos() / CHECKS_PER_LIMIT);
    interval = Math.min(interval, period);
  }

  /** Starts the checks if there are duties to watch. */
  void start() {
    if (watches.isEmpty()) {
      return;
    }
    Thread thread = new Thread(this::run, worker + "-watches");
    thread.setDaemon(true);
    thread.start();
  }

  /** Checks a last time, which clears the stalls of duties that have ended. */
  void stop() {
    stopped.countDown();
    check();
  }

  private void run() {
    try {
      while (!stopped.await(interval, TimeUnit.NANOSECONDS)) {
        check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void check() {
    watches.forEach(StallWatch::check);
  }
}
