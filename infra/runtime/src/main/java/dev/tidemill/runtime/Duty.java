package dev.tidemill.runtime;

/**
 * One thing that is done again and again on one thread. All methods but {@link #wakeUp} and {@link
 * #isWaiting} are called on that thread.
 */
public interface Duty {
  /** The thread's name. */
  String roleName();

  /** Called once, before any work. */
  default void onStart() throws Exception {}

  /**
   * Does a piece of work; it may block, for as long as {@link #wakeUp} can end that.
   *
   * @return whether there is more to do
   */
  boolean doWork() throws Exception;

  /**
   * Whether a {@link #doWork} only waits for another duty now, which is no stall of this one.
   * Called on any thread.
   */
  default boolean isWaiting() {
    return false;
  }

  /** Called once at the end, after a failure too (of {@link #onStart} as well). */
  default void onClose() throws Exception {}

  /**
   * Called on another thread, to end a {@link #doWork} that blocks because its thread is to end. It
   * may come at any time, more than once, before {@link #onStart} and after {@link #onClose} too.
   */
  default void wakeUp() {}
}
