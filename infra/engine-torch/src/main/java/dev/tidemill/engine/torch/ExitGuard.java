package dev.tidemill.engine.torch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays the exit of the process until no thread is in libtorch. At exit, libtorch's static objects
 * are destroyed, and a thread that still uses them crashes the process.
 *
 * <p>A shutdown hook first waits until all models are closed, because their owners may have a last
 * state to save. Then it blocks new calls and waits for running ones. Both waits have a timeout and
 * log if it expires. Any thread may use this class.
 */
final class ExitGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ExitGuard.class);

  /** Workers close their models within five seconds. */
  private static final Duration OWNER_TIMEOUT = Duration.ofSeconds(6);

  /** A step of a large network takes seconds. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  private static final int ALL = Integer.MAX_VALUE;

  private final Semaphore models = new Semaphore(ALL);

  /** Fair, so that a thread that computes step after step does not starve the exit. */
  private final Semaphore calls = new Semaphore(ALL, true);

  /** The guard of this process. */
  static ExitGuard ofThisProcess() {
    return Holder.GUARD;
  }

  private static final class Holder {
    static final ExitGuard GUARD = withShutdownHook();

    private static ExitGuard withShutdownHook() {
      ExitGuard guard = new ExitGuard();
      Runnable waiting = () -> guard.await(OWNER_TIMEOUT, CALL_TIMEOUT);
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(waiting, "libtorch-exit"));
      } catch (IllegalStateException e) {
        // The process is already exiting, so block all calls.
        guard.calls.drainPermits();
      }
      return guard;
    }
  }

  /**
   * Creates a model that its owner must close. The exit also waits for a model that is being
   * created.
   */
  <T> T open(Supplier<T> factory) {
    models.acquireUninterruptibly();
    boolean created = false;
    try {
      T model = call(factory);
      created = true;
      return model;
    } finally {
      if (!created) {
        models.release();
      }
    }
  }

  /** Reports that a model was closed. */
  void closed() {
    models.release();
  }

  int openModels() {
    return ALL - models.availablePermits();
  }

  /** Runs a call into libtorch. Blocks forever if the process is exiting. Do not nest. */
  void call(Runnable call) {
    calls.acquireUninterruptibly();
    try {
      call.run();
    } finally {
      calls.release();
    }
  }

  /** Runs a call into libtorch. Blocks forever if the process is exiting. Do not nest. */
  <T> T call(Supplier<T> call) {
    calls.acquireUninterruptibly();
    try {
      return call.get();
    } finally {
      calls.release();
    }
  }

  /**
   * Waits until all models are closed, then until all calls have ended. Blocks new calls.
   *
   * @return whether no thread is in libtorch any more
   */
  boolean await(Duration ownerTimeout, Duration callTimeout) {
    try {
      if (!models.tryAcquire(ALL, ownerTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "models still open: {}; the process exits when the running libtorch calls end",
            openModels());
      }
      if (calls.tryAcquire(ALL, callTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.error("libtorch is still computing; the process exits now and may crash");
    return false;
  }
}
