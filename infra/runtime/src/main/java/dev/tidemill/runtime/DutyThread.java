package dev.tidemill.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one duty on a daemon thread named after it, and keeps the failure that stopped it. A failure
 * is visible in {@link #health} before the duty's onClose.
 */
public final class DutyThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DutyThread.class);

  /** How long {@link #close()} waits for the duty to end. */
  public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(4);

  /** How long to wait for an interrupted duty before abandoning its thread. */
  static final Duration INTERRUPTED_TIMEOUT = Duration.ofMillis(500);

  private final Duty duty;
  private final Runnable whenEnding;
  private final Consumer<Health> atFailure;
  private final Runnable atEnd;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean started = new AtomicBoolean();

  /** Number of doWork calls so far. Only the duty's thread writes it; watching threads read it. */
  private final AtomicLong calls = new AtomicLong();

  private volatile boolean stopping;
  private volatile boolean abandoned;
  private volatile @Nullable Duration overdueAfter;
  private volatile Health health;

  public DutyThread(Duty duty) {
    this(duty, () -> {}, failure -> {}, () -> {});
  }

  /**
   * @param whenEnding runs on the duty's thread after its work, before its onClose
   * @param atFailure runs on the duty's thread as soon as it has failed, before its onClose
   * @param atEnd runs last on the duty's thread, when {@link #hasEnded} is already true
   */
  DutyThread(Duty duty, Runnable whenEnding, Consumer<Health> atFailure, Runnable atEnd) {
    this.duty = duty;
    this.whenEnding = whenEnding;
    this.atFailure = atFailure;
    this.atEnd = atEnd;
    this.thread = new Thread(this::run, duty.roleName());
    this.thread.setDaemon(true);
    this.health = Health.starting(duty.roleName());
  }

  /** Starts the thread; does nothing after {@link #stop}. */
  public void start() {
    if (stopping) {
      return;
    }
    if (started.compareAndSet(false, true)) {
      thread.start();
    } else if (!stopping) {
      throw new IllegalStateException(duty.roleName() + " was already started");
    }
  }

  public String roleName() {
    return duty.roleName();
  }

  /** Returns the duty's health: READY after its onStart, FAILED as soon as it fails. */
  public Health health() {
    return health;
  }

  /** Returns whether the duty's onClose has returned, or its thread was abandoned. */
  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Returns whether the thread was abandoned and still runs, so it may still use its resources. */
  public boolean isAbandoned() {
    return abandoned && thread.isAlive();
  }

  /** Returns whether doWork is only waiting for another duty now. Any thread. */
  boolean isWaiting() {
    return duty.isWaiting();
  }

  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Waits for at most the given time; returns whether the duty has ended. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Asks the duty to stop and returns immediately. */
  public void stop() {
    stopping = true;
    try {
      duty.wakeUp();
    } catch (RuntimeException e) {
      LOG.error("cannot wake up {}: {}", duty.roleName(), e.toString());
    }
    if (started.compareAndSet(false, true)) {
      boolean unused = end(Health.stopped(duty.roleName() + " never started"), () -> {});
    }
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /**
   * Asks the duty to stop and waits. A duty that misses the deadline is interrupted, then
   * abandoned.
   */
  public void close(Duration atMost) {
    stop();
    if (isCurrent()) {
      return;
    }
    try {
      if (!awaitEnd(atMost)) {
        interrupt(atMost);
        if (!awaitEnd(INTERRUPTED_TIMEOUT)) {
          abandon();
        }
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the calling thread is the duty's. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Returns the number of doWork calls so far; any thread. */
  long calls() {
    return calls.getOpaque();
  }

  /** Interrupts a duty that has not ended within the given time after its stop request. */
  void interrupt(Duration after) {
    overdueAfter = after;
    thread.interrupt();
  }

  /** Abandons a thread that does not end: from now on it counts as ended, by a failure. */
  void abandon() {
    abandoned = true;
    Health failed = overdue(", even after an interrupt; its thread was abandoned", null);
    // A caller that waits for the end must see the failure.
    if (end(failed, () -> atFailure.accept(failed))) {
      atEnd.run();
    }
  }

  private void run() {
    Health end = Health.stopped(duty.roleName() + " has ended");
    end = after(end, this::work);
    end = after(end, whenEnding::run);
    end = after(end, duty::onClose);
    if (end(end, () -> {})) {
      atEnd.run();
    }
  }

  private void work() throws Exception {
    duty.onStart();
    health = Health.ready(duty.roleName());
    long call = 0;
    boolean more = true;
    while (more && !stopping) {
      calls.setOpaque(++call);
      more = duty.doWork();
    }
  }

  /** Runs one step of ending; returns the health after it. */
  private Health after(Health before, Step step) {
    try {
      step.run();
      return before;
    } catch (Throwable t) { // Errors too: they must not end the thread silently.
      Throwable first = before.cause();
      if (first != null) {
        first.addSuppressed(t);
        return before;
      }
      return failure(t, before);
    }
  }

  private Health failure(Throwable t, Health stopped) {
    boolean asked = stopping && isInterruption(t);
    if (asked && overdueAfter == null) {
      return stopped;
    }
    Health failed = asked ? overdue(" and was interrupted", t) : Health.failed(duty.roleName(), t);
    LOG.error("{} failed: {}", duty.roleName(), String.valueOf(failed.cause()));
    LOG.debug("{} failed", duty.roleName(), t);
    if (!hasEnded()) {
      health = failed;
      atFailure.accept(failed);
    }
    return failed;
  }

  private Health overdue(String more, @Nullable Throwable cause) {
    Duration after = overdueAfter == null ? Duration.ZERO : overdueAfter;
    String what = duty.roleName() + " did not end within " + after.toMillis() + " ms" + more;
    return new Health(Health.State.FAILED, what, new DutyTimeoutException(what, cause), null, 1);
  }

  /** Recognizes an InterruptedException, and Kafka's exceptions that wrap one. */
  private static boolean isInterruption(Throwable t) {
    return t instanceof InterruptedException || t.getCause() instanceof InterruptedException;
  }

  /** Marks the duty as ended; returns whether this call was the first to do so. */
  private synchronized boolean end(Health last, Runnable beforeVisible) {
    if (hasEnded()) {
      return false;
    }
    health = last;
    beforeVisible.run();
    ended.countDown();
    return true;
  }

  private interface Step {
    void run() throws Exception;
  }
}
