package dev.tidemill.runtime;

/**
 * A task that runs repeatedly on one thread, as in Agrona's duty cycle. That thread calls all
 * methods except {@link #wakeUp} and {@link #isWaiting}.
 */
public interface Duty {
  /** Returns the thread's name. */
  String roleName();

  /** Runs once, before any work. */
  default void onStart() throws Exception {}

  /**
   * Does one piece of work. It may block if {@link #wakeUp} can end the wait.
   *
   * @return whether there is more to do
   */
  boolean doWork() throws Exception;

  /**
   * Returns whether {@link #doWork} is only waiting for another duty, which does not count as a
   * stall. Any thread.
   */
  default boolean isWaiting() {
    return false;
  }

  /** Runs once at the end, even after a failure of {@link #onStart} or {@link #doWork}. */
  default void onClose() throws Exception {}

  /**
   * Ends a blocking {@link #doWork} because the thread is stopping. Another thread calls it, at any
   * time and any number of times, even before {@link #onStart} and after {@link #onClose}.
   */
  default void wakeUp() {}
}
