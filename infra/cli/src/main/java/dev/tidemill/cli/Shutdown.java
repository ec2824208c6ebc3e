package dev.tidemill.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or a TERM signal, as something to wait for. The JVM ends when its hooks return, so the
 * hook waits until the command has closed what it opened: {@link #close}, so it is opened before
 * all else.
 */
public final class Shutdown implements AutoCloseable {
  private static final int FLUSH_SECONDS = 5;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook =
      new Thread(
          () -> {
            asked.countDown();
            awaitClose();
          },
          "shutdown");

  private Shutdown() {}

  /** Installs the hook. */
  public static Shutdown hook() {
    Shutdown shutdown = new Shutdown();
    try {
      Runtime.getRuntime().addShutdownHook(shutdown.hook);
    } catch (IllegalStateException e) {
      // The signal came before: the JVM is ending, and nothing has been opened yet.
      shutdown.asked.countDown();
    }
    return shutdown;
  }

  /** Whether the end was asked for. */
  public boolean asked() {
    return asked.getCount() == 0;
  }

  /** Waits until the end is asked for. */
  public void await() throws InterruptedException {
    asked.await();
  }

  /** Waits until the end is asked for, at most so long; true if it was. */
  public boolean await(long millis) throws InterruptedException {
    return asked.await(millis, TimeUnit.MILLISECONDS);
  }

  private void awaitClose() {
    try {
      closed.await(FLUSH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everything is flushed: lets the JVM go. */
  @Override
  public void close() {
    closed.countDown();
  }
}
