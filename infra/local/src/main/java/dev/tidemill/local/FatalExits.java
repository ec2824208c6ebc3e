package dev.tidemill.local;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Exit;

/**
 * Turns Kafka's process exits into exceptions. Kafka ends the process on a fatal fault, for example
 * a full or missing disk. Here it throws in the thread that would exit. So a broker that cannot
 * start does not end the process. A broker that fails later is reported to its owner, who prints
 * the reason and ends.
 *
 * <p>Kafka's own exit procedures are never restored.
 */
final class FatalExits {
  private static final Object LOCK = new Object();
  private static final List<Runnable> FAILURE_ACTIONS = new ArrayList<>();
  private static int starts;

  static {
    Exit.setExitProcedure(FatalExits::throwInstead);
    Exit.setHaltProcedure(FatalExits::throwInstead);
  }

  private FatalExits() {}

  static <T> T duringStart(Supplier<T> start) {
    changeStarts(1);
    try {
      return start.get();
    } finally {
      changeStarts(-1);
    }
  }

  /**
   * Registers an action to run when Kafka fails. With several brokers, it cannot know which one
   * failed.
   */
  static void addFailureAction(Runnable action) {
    synchronized (LOCK) {
      FAILURE_ACTIONS.add(action);
    }
  }

  /** Undoes {@link #addFailureAction}. */
  static void removeFailureAction(Runnable action) {
    synchronized (LOCK) {
      FAILURE_ACTIONS.remove(action);
    }
  }

  private static void changeStarts(int by) {
    synchronized (LOCK) {
      starts += by;
    }
  }

  private static void throwInstead(int status, String message) {
    String text = "Kafka failed with status " + status + (message == null ? "" : ": " + message);
    List<Runnable> actions;
    synchronized (LOCK) {
      if (starts > 0) {
        throw new BrokerStartException(text);
      }
      actions = List.copyOf(FAILURE_ACTIONS);
    }
    actions.forEach(Runnable::run);
    throw new BrokerFailedException(text);
  }
}
