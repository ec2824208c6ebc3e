package dev.tidemill.local;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Exit;

/**
 * Kafka's way out of a fatal fault (a disk that is full or gone) is to end the process. Here it is
 * an exception in the thread that wants to: a broker that cannot start must not take the process
 * with it, and one that cannot go on is reported to its owner, who says why and ends.
 *
 * <p>Kafka's own procedures are never put back: once they were replaced, they throw.
 */
final class FatalExits {
  private static final Object LOCK = new Object();
  private static final List<Runnable> RUNNING = new ArrayList<>();
  private static int starts;

  static {
    Exit.setExitProcedure(FatalExits::refuse);
    Exit.setHaltProcedure(FatalExits::refuse);
  }

  private FatalExits() {}

  static <T> T refusedDuring(Supplier<T> start) {
    changeStarts(1);
    try {
      return start.get();
    } finally {
      changeStarts(-1);
    }
  }

  /** Runs an action when Kafka gives up; it cannot say which of several brokers it was. */
  static void onceRunning(Runnable action) {
    synchronized (LOCK) {
      RUNNING.add(action);
    }
  }

  /** Undoes {@link #onceRunning}. */
  static void forget(Runnable action) {
    synchronized (LOCK) {
      RUNNING.remove(action);
    }
  }

  private static void changeStarts(int by) {
    synchronized (LOCK) {
      starts += by;
    }
  }

  private static void refuse(int status, String message) {
    String text = "Kafka gave up with status " + status + (message == null ? "" : ": " + message);
    List<Runnable> running;
    synchronized (LOCK) {
      if (starts > 0) {
        throw new BrokerStartException(text);
      }
      running = List.copyOf(RUNNING);
    }
    running.forEach(Runnable::run);
    throw new BrokerFailedException(text);
  }
}
