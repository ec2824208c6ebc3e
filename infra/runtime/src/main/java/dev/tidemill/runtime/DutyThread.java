package dev.tidemill.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one duty on a thread named after it, and keeps the failure which stopped it. */
public final class DutyThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DutyThread.class);

  /** How long {@link #close()} waits for the duty to end. */
  public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(4);

  private static final long INTERRUPTED_MILLIS = 500;

  private final Duty duty;
  private final Runnable atEnd;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile Health health;

  public DutyThread(Duty duty) {
    this(duty, () -> {});
  }

  /**
   * @param atEnd called last on the duty's thread, when {@link #health} already says how it ended
   */
  public DutyThread(Duty duty, Runnable atEnd) {
    this.duty = duty;
    this.atEnd = atEnd;
    this.thread = new Thread(this::run, duty.roleName());
    this.health = Health.starting(duty.roleName());
  }

  /** Starts the thread; does nothing where it was asked to end before it began. */
  public void start() {
    if (stopping) {
      return;
    }
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException(duty.roleName() + " was started before");
    }
    thread.start();
  }

  /** How the duty is; READY once its onStart is through. */
  public Health health() {
    return health;
  }

  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Waits at most that long; whether it has ended. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks the duty to end and returns at once. */
  public void stop() {
    stopping = true;
    duty.wakeUp();
    if (started.compareAndSet(false, true)) {
      health = Health.stopped(duty.roleName() + " never started");
      ended.countDown();
    }
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /** Asks the duty to end and waits; a duty that does not end in time is interrupted. */
  public void close(Duration atMost) {
    stop();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      if (awaitEnd(atMost)) {
        return;
      }
      LOG.warn("{} has not ended after {} ms: interrupting it", duty.roleName(), atMost.toMillis());
      thread.interrupt();
      if (!awaitEnd(Duration.ofMillis(INTERRUPTED_MILLIS))) {
        LOG.error("{} does not end, even interrupted", duty.roleName());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Health end = Health.stopped(duty.roleName() + " has ended");
    try {
      work();
    } catch (Throwable t) { // Errors too: a thread that dies of one must not die unseen.
      end = failure(t, end);
    }
    try {
      duty.onClose();
    } catch (Throwable t) {
      end = closeFailure(t, end);
    }
    health = end;
    ended.countDown();
    atEnd.run();
  }

  private void work() throws Exception {
    duty.onStart();
    health = Health.ready(duty.roleName());
    boolean more = true;
    while (more && !stopping) {
      more = duty.doWork();
    }
  }

  private Health failure(Throwable t, Health stopped) {
    if (stopping && isInterruption(t)) {
      return stopped;
    }
    LOG.error("{} failed: {}", duty.roleName(), t.toString());
    LOG.debug("{} failed", duty.roleName(), t);
    return Health.failed(duty.roleName(), t);
  }

  /** As it is, or as Kafka's clients throw it. */
  private static boolean isInterruption(Throwable t) {
    return t instanceof InterruptedException || t.getCause() instanceof InterruptedException;
  }

  private Health closeFailure(Throwable t, Health end) {
    Throwable first = end.cause();
    if (first != null) {
      first.addSuppressed(t);
      return end;
    }
    return failure(t, end);
  }
}
