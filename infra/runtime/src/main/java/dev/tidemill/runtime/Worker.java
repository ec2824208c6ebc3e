package dev.tidemill.runtime;

/** Something that works on threads of its own until it is done, fails or is closed. */
public interface Worker extends AutoCloseable {
  /** What logs, metrics and dead letters call it. */
  String name();

  /** Starts the threads and returns; called once. */
  void start();

  /** How it is now; any thread. */
  Health health();

  /** Waits until all its threads have ended, by themselves, by a failure or by {@link #close}. */
  void awaitEnd() throws InterruptedException;

  /**
   * Ends it and waits, for a bounded time, until it has ended; any thread, any number of times. A
   * failure is told by {@link #health}, not thrown here.
   */
  @Override
  void close();
}
