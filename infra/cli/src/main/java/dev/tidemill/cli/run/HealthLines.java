package dev.tidemill.cli.run;

import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prints one line when a worker begins to stop, or has failed and is still to be closed. How it
 * starts and what degrades it, workers log themselves; how it ended is the command's last line.
 */
final class HealthLines implements AutoCloseable {
  private static final long POLL_MILLIS = 200;

  private final Worker worker;
  private final PrintWriter err;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Health.State last = Health.State.STARTING;

  HealthLines(Worker worker, PrintWriter err) {
    this.worker = worker;
    this.err = err;
  }

  /** Watches until it is closed, on a thread of its own. */
  void start() {
    Thread thread = new Thread(this::run, "health-lines");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      while (!closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        poll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once. */
  void poll() {
    Health health = worker.health();
    if (health.state() == last) {
      return;
    }
    last = health.state();
    switch (last) {
      case STOPPING -> line(health.detail());
      case FAILED -> line(worker.name() + " has failed and ends: " + health.detail());
      case READY, STANDBY, STARTING, DEGRADED, STOPPED -> {
        // Said elsewhere.
      }
    }
  }

  private void line(String text) {
    err.println("tidemill: " + text);
    err.flush();
  }
}
