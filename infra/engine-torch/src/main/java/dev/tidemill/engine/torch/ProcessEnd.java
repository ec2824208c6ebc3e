package dev.tidemill.engine.torch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the process end only when no thread is within libtorch: at exit libtorch's static objects
 * are destroyed, and whoever still computes with them crashes the process. So the JVM's end waits
 * for the owners of open models, who may have a last state to save; then nobody gets in any more,
 * and it waits for those who are in. Both waits are bounded, and told where they run out. Any
 * thread.
 */
final class ProcessEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** Workers close what they own within five seconds. */
  private static final Duration FOR_OWNERS = Duration.ofSeconds(6);

  /** A step of a large network takes seconds. */
  private static final Duration FOR_CALLS = Duration.ofSeconds(20);

  private static final int ALL = Integer.MAX_VALUE;

  private final Semaphore models = new Semaphore(ALL);

  /** Fair: a thread that computes step after step does not pass by who waits for the end. */
  private final Semaphore calls = new Semaphore(ALL, true);

  /** This process's. */
  static ProcessEnd ofThisProcess() {
    return Hooked.END;
  }

  private static final class Hooked {
    static final ProcessEnd END = hooked();

    private static ProcessEnd hooked() {
      ProcessEnd end = new ProcessEnd();
      Runnable waiting = () -> end.await(FOR_OWNERS, FOR_CALLS);
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(waiting, "libtorch-end"));
      } catch (IllegalStateException e) {
        // The process is ending already: nobody gets in.
        end.calls.drainPermits();
      }
      return end;
    }
  }

  /**
   * Makes a model, whose owner will close it. It counts from before it is made: an owner who is
   * making one is waited for.
   */
  <T> T open(Supplier<T> maker) {
    models.acquireUninterruptibly();
    boolean made = false;
    try {
      T model = within(maker);
      made = true;
      return model;
    } finally {
      if (!made) {
        models.release();
      }
    }
  }

  /** A model has been closed. */
  void closed() {
    models.release();
  }

  int openModels() {
    return ALL - models.availablePermits();
  }

  /** Runs what is within libtorch; does not return if the process is ending. Not to be nested. */
  void within(Runnable call) {
    calls.acquireUninterruptibly();
    try {
      call.run();
    } finally {
      calls.release();
    }
  }

  /** Runs what is within libtorch; does not return if the process is ending. Not to be nested. */
  <T> T within(Supplier<T> call) {
    calls.acquireUninterruptibly();
    try {
      return call.get();
    } finally {
      calls.release();
    }
  }

  /**
   * Waits until all models are closed, and then until all calls have ended.
   *
   * @return whether nobody is within libtorch, and nobody gets in any more
   */
  boolean await(Duration forOwners, Duration forCalls) {
    try {
      if (!models.tryAcquire(ALL, forOwners.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "{} models are open: the process ends when what libtorch computes now is done",
            openModels());
      }
      if (calls.tryAcquire(ALL, forCalls.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.error("libtorch is still computing: the process ends all the same, and may crash");
    return false;
  }
}
