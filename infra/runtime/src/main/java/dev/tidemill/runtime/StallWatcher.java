package dev.tidemill.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Looks at a worker's watched duties at intervals, on a thread of its own. */
final class StallWatcher {
  /** A stall is noticed late by this part of the time after which it is one. */
  private static final int LOOKS_PER_STALL = 8;

  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String worker;
  private final HealthMonitor monitor;
  private final List<StallWatch> watches = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long interval = LONGEST_NANOS;

  StallWatcher(String worker, HealthMonitor monitor) {
    this.worker = worker;
    this.monitor = monitor;
  }

  void add(DutyThread thread, Supplier<Duration> stalledAfter) {
    watches.add(new StallWatch(thread, stalledAfter, monitor, System::nanoTime));
    long looks = Math.max(SHORTEST_NANOS, stalledAfter.get().toNanos() / LOOKS_PER_STALL);
    interval = Math.min(interval, looks);
  }

  /** Begins to look, if there is anything to look at. */
  void start() {
    if (watches.isEmpty()) {
      return;
    }
    Thread thread = new Thread(this::run, worker + "-watches");
    thread.setDaemon(true);
    thread.start();
  }

  /** Looks a last time: nothing that has ended is stalled. */
  void stop() {
    stopped.countDown();
    look();
  }

  private void run() {
    try {
      while (!stopped.await(interval, TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    watches.forEach(StallWatch::look);
  }
}
