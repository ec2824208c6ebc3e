package dev.tidemill.runtime;

/** A component that works on its own threads until it finishes, fails or is closed. */
public interface Worker extends AutoCloseable {
  /** Returns the name used in logs, metrics and dead letters. */
  String name();

  /** Starts the threads and returns; call once. */
  void start();

  /** Returns the current health; any thread. */
  Health health();

  /** Waits until all threads have ended, by themselves, after a failure or by {@link #close}. */
  void awaitEnd() throws InterruptedException;

  /**
   * Stops the worker and waits, for a bounded time, until it has ended. Any thread, any number of
   * times. {@link #health} reports a failure; this method does not throw it.
   */
  @Override
  void close();
}
