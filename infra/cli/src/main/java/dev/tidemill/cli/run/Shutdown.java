package dev.tidemill.cli.run;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, TERM or HUP, as something to wait for. Opened before all else and closed after all else,
 * so that what lies between is flushed before the process ends.
 *
 * <p>A signal asks the command to end and does not end the JVM: the main thread does, with a status
 * that tells whether the end was clean. A command that has not closed this within its time-out is
 * ended with status 1, and told so.
 */
public final class Shutdown implements AutoCloseable {
  /** Workers close within 9.3 s; the rest is for interrupting what does not, and for saying so. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** For what a command does after it closed this: its last words. */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private static final int SIGNALED = 128;
  private static final Set<Shutdown> OPEN = ConcurrentHashMap.newKeySet();
  private static volatile int signal;

  private final Duration timeout;
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Shutdown(Duration timeout) {
    this.timeout = timeout;
  }

  /** Takes signals from now on. */
  public static Shutdown hook() {
    return hook(TIMEOUT);
  }

  /**
   * As {@link #hook()}, for a command that may take longer to close.
   *
   * @param timeout after which the process is ended with status 1
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

  /** The process's exit status: 128 + n if it ended as it should because of signal n. */
  public static int exitStatus(int status) {
    return status == ExitStatus.DONE && signal != 0 ? SIGNALED + signal : status;
  }

  /** Whether the end was asked for. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits until the end is asked for. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /** Waits until the end is asked for, at most so long; true if it was. */
  public boolean await(long millis) throws InterruptedException {
    return requested.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Everything is flushed: lets the process go. */
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

  /** Whether all that are open were closed in time. */
  private static boolean requestAndAwait() throws InterruptedException {
    List<Shutdown> open = List.copyOf(OPEN);
    open.forEach(shutdown -> shutdown.requested.countDown());
    long began = System.nanoTime();
    for (Shutdown shutdown : open) {
      long left = began + shutdown.timeout.toNanos() - System.nanoTime();
      if (!shutdown.closed.await(left, TimeUnit.NANOSECONDS)) {
        System.err.println(
            "tidemill: has not ended "
                + shutdown.timeout.toSeconds()
                + " s after it was asked to; what was not flushed by now is lost");
        return false;
      }
    }
    return true;
  }

  /** The signals' handlers and the JVM's hook, both there once. */
  private static final class Installed {
    static final boolean BEFORE_THE_END = install();

    private static boolean install() {
      Signals.handle(List.of("HUP", "INT", "TERM"), Shutdown::onSignal);
      try {
        // For an end that no signal of ours asks for, and where the JVM keeps the signals.
        Runtime.getRuntime().addShutdownHook(new Thread(Installed::onExit, "shutdown"));
        return true;
      } catch (IllegalStateException e) {
        // The JVM is ending, and nothing has been opened yet.
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
