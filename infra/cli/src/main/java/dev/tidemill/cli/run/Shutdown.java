package dev.tidemill.cli.run;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command wait for Ctrl-C, TERM or HUP. A command opens this first and closes it last, so
 * that the process ends after everything in between is flushed.
 *
 * <p>A signal does not end the JVM; it requests the command to end. The main thread then exits with
 * a status that says whether the end was clean. If the command has not closed this within its
 * timeout, the process prints a message and exits with status 1.
 */
public final class Shutdown implements AutoCloseable {
  /** Workers close within 9.3 s; the rest is for interrupting one that hangs, and reporting it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** For what a command prints after it has closed this. */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private static final int SIGNALED = 128;
  private static final Set<Shutdown> OPEN = ConcurrentHashMap.newKeySet();
  private static volatile int signal;
  private static volatile boolean signalIsTheEnd;

  private final Duration timeout;
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Shutdown(Duration timeout) {
    this.timeout = timeout;
  }

  /** Handles signals from now on. */
  public static Shutdown hook() {
    return hook(TIMEOUT);
  }

  /**
   * As {@link #hook()}, for a command that may take longer to close.
   *
   * @param timeout after which the process exits with status 1
   */
  public static Shutdown hook(Duration timeout) {
    boolean ends = !Installed.BEFORE_THE_END;
    Shutdown shutdown = new Shutdown(timeout);
    OPEN.add(shutdown);
    if (ends || signal != 0) {
      shutdown.requested.countDown();
    }
    return shutdown;
  }

  /**
   * As {@link #hook()}, for a command that only a signal ends: the process then exits with the
   * command's own status.
   */
  public static Shutdown hookEndless() {
    signalIsTheEnd = true;
    return hook();
  }

  /**
   * Returns the process's exit status: 128 + n if signal n cleanly ended a command that would have
   * ended by itself.
   */
  public static int exitStatus(int status) {
    boolean cutShort = signal != 0 && !signalIsTheEnd;
    return status == ExitStatus.DONE && cutShort ? SIGNALED + signal : status;
  }

  /** Whether shutdown was requested. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits until shutdown is requested. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /** Waits for a shutdown request, at most this long; returns whether it came. */
  public boolean await(long millis) throws InterruptedException {
    return requested.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Lets the process exit; the command has flushed everything. */
  @Override
  public void close() {
    closed.countDown();
    OPEN.remove(this);
  }

  private static void onSignal(int number) {
    signal = number;
    if (OPEN.isEmpty()) {
      System.exit(SIGNALED + number);
    }
    try {
      if (!requestAndAwait()) {
        System.exit(ExitStatus.FAILED);
      }
      TimeUnit.NANOSECONDS.sleep(EXIT_GRACE.toNanos());
      System.exit(SIGNALED + number);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Requests shutdown; returns whether every open instance was closed in time. */
  private static boolean requestAndAwait() throws InterruptedException {
    List<Shutdown> open = List.copyOf(OPEN);
    open.forEach(shutdown -> shutdown.requested.countDown());
    long began = System.nanoTime();
    for (Shutdown shutdown : open) {
      long left = began + shutdown.timeout.toNanos() - System.nanoTime();
      if (!shutdown.closed.await(left, TimeUnit.NANOSECONDS)) {
        System.err.println(
            "tidemill: the command did not end within "
                + shutdown.timeout.toSeconds()
                + " s; data that was not flushed is lost");
        return false;
      }
    }
    return true;
  }

  /** Installs the signal handlers and the JVM's shutdown hook once. */
  private static final class Installed {
    static final boolean BEFORE_THE_END = install();

    private static boolean install() {
      Signals.handle(List.of("HUP", "INT", "TERM"), Shutdown::onSignal);
      try {
        // Covers ends without one of our signals, and JVMs that keep the signals.
        Runtime.getRuntime().addShutdownHook(new Thread(Installed::onExit, "shutdown"));
        return true;
      } catch (IllegalStateException e) {
        // The JVM is already shutting down, and no command has opened anything.
        return false;
      }
    }

    private static void onExit() {
      try {
        boolean unused = requestAndAwait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
