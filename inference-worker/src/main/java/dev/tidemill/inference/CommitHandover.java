package dev.tidemill.inference;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands commits from the thread that fills them to the thread that commits them. One commit is
 * filled while the one before it is committed. They are committed in the order in which they began,
 * and none after one that failed: the open commit is then aborted, and none begins until {@link
 * #restart}. Does no I/O of its own.
 *
 * @param <C> a commit
 */
final class CommitHandover<C> {
  private final Consumer<C> abort;

  // Both threads use these, under this object's monitor.
  private @Nullable C open;
  private @Nullable C committing;
  private @Nullable RuntimeException failure;
  private boolean hasCommitted;
  private boolean closed;

  /**
   * @param abort aborts a commit that is not handed over; called on either thread
   */
  CommitHandover(Consumer<C> abort) {
    this.abort = abort;
  }

  /** Whether there is no open commit, or one that satisfies the condition. Filling thread. */
  synchronized boolean hasRoom(Predicate<C> condition) {
    C filling = open;
    return filling == null || condition.test(filling);
  }

  /** Whether no commit is open or being committed. */
  synchronized boolean isIdle() {
    return open == null && committing == null;
  }

  /** Waits until no commit is open or being committed. Filling thread. */
  synchronized void awaitIdle() throws InterruptedException {
    while (!isIdle()) {
      wait();
    }
  }

  /** Waits until a commit begins or ends; returns at once if idle. Filling thread. */
  synchronized void awaitProgress(Duration atMost) throws InterruptedException {
    if (!isIdle()) {
      TimeUnit.NANOSECONDS.timedWait(this, atMost.toNanos());
    }
  }

  /**
   * Fills the open commit. The other thread does not take it meanwhile. Filling thread.
   *
   * @param begin begins a commit, if none is open
   * @throws RuntimeException why this or an earlier commit failed
   */
  synchronized void fill(Supplier<C> begin, Consumer<C> batch) {
    throwFailure();
    try {
      C filling = open;
      if (filling == null) {
        filling = begin.get();
        open = filling;
        notifyAll();
      }
      batch.accept(filling);
    } catch (RuntimeException e) {
      // Only part of the batch may be in it, so it must not be committed.
      failure = e;
      abort(takeOpen());
      throw e;
    }
  }

  /** Lets no commit begin any more. Filling thread. */
  synchronized void fail(RuntimeException cause) {
    failure = cause;
  }

  /**
   * Returns whether a commit succeeded since the last call. Filling thread.
   *
   * @throws RuntimeException why one failed
   */
  synchronized boolean checkCommits() {
    throwFailure();
    boolean committed = hasCommitted;
    hasCommitted = false;
    return committed;
  }

  private void throwFailure() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Forgets a failure. Filling thread, when idle. */
  synchronized void restart() {
    failure = null;
    hasCommitted = false;
  }

  /** Ends the committing thread once it has taken the open commit. Filling thread. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * Waits for an open commit and takes it; returns null once closed. {@link #ended} must follow.
   * Committing thread.
   */
  synchronized @Nullable C take() throws InterruptedException {
    while (open == null && !closed) {
      wait();
    }
    committing = takeOpen();
    notifyAll();
    return committing;
  }

  /** Aborts the open commit, because the one that was taken has failed. Committing thread. */
  void failed(RuntimeException cause) {
    abort(takeOpenAfter(cause));
  }

  private synchronized @Nullable C takeOpenAfter(RuntimeException cause) {
    failure = cause;
    return takeOpen();
  }

  /** Says that the commit that was taken has ended. Committing thread. */
  synchronized void ended() {
    committing = null;
    hasCommitted = failure == null;
    notifyAll();
  }

  private @Nullable C takeOpen() {
    C taken = open;
    open = null;
    return taken;
  }

  private void abort(@Nullable C commit) {
    if (commit != null) {
      abort.accept(commit);
    }
  }
}
