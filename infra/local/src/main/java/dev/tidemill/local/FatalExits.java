package dev.tidemill.local;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Exit;

/**
 * Kafka's way out of a fatal fault is to end the process; here it is an exception while a broker
 * starts, for a broker that cannot start must not take the process with it.
 *
 * <p>Once it runs, Kafka's own decision holds: after a fatal fault (a disk that is gone) it cannot
 * go on.
 */
final class FatalExits {
  private static final Object LOCK = new Object();
  private static int starts;

  private FatalExits() {}

  static <T> T refusedDuring(Supplier<T> start) {
    enter();
    try {
      return start.get();
    } finally {
      leave();
    }
  }

  private static void enter() {
    synchronized (LOCK) {
      if (starts++ == 0) {
        Exit.setExitProcedure(FatalExits::refuse);
        Exit.setHaltProcedure(FatalExits::refuse);
      }
    }
  }

  private static void leave() {
    synchronized (LOCK) {
      if (--starts == 0) {
        Exit.resetExitProcedure();
        Exit.resetHaltProcedure();
      }
    }
  }

  private static void refuse(int status, String message) {
    throw new BrokerStartException("Kafka gave up with status " + status + ": " + message);
  }
}
