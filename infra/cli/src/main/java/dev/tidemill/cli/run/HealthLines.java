package dev.tidemill.cli.run;

import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prints one line when a worker begins to stop, or has failed and is still stopping at the next
 * poll. Workers log the other states themselves, and the command's last line says why it ended.
 */
final class HealthLines implements AutoCloseable {
  private static final long POLL_MILLIS = 200;

  private final Worker worker;
  private final PrintWriter err;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Health.State last = Health.State.STARTING;
  private boolean failed;

  HealthLines(Worker worker, PrintWriter err) {
    this.worker = worker;
    this.err = err;
  }

  /** Polls on its own thread until it is closed. */
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

  /** Prints a line if the state has changed. */
  void poll() {
    Health health = worker.health();
    boolean again = health.state() == last;
    last = health.state();
    switch (last) {
      case STOPPING -> {
        if (!again) {
          line(health.detail());
        }
      }
      case FAILED -> {
        if (again && !failed) {
          failed = true;
          line(worker.name() + " failed and is stopping");
        }
      }
      case READY, STANDBY, STARTING, DEGRADED, STOPPED -> {
        // The worker or the command prints these.
      }
    }
  }

  private void line(String text) {
    err.println("tidemill: " + text);
    err.flush();
  }
}
