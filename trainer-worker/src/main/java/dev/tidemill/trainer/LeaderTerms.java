package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a leader may start a term. One thread starts and ends terms; any thread may give
 * up, which discards the running term. A term that was discarded may still write to the model, so
 * no other one starts before it is over. Does no I/O.
 *
 * @param <T> a term
 */
final class LeaderTerms<T extends LeaderTerms.Discardable> {

  /** A term that can be discarded while it runs. */
  interface Discardable {
    /** Stops the term without publishing anything more. Returns at once. */
    void discard();

    /** Whether no thread of the term runs any more. */
    boolean isOver();
  }

  // Changed only under this object's monitor: whether a term may start depends on all of them.
  private volatile @Nullable T current;
  private volatile @Nullable T former;
  private volatile boolean leads;
  private boolean gaveUp;

  /** Returns the running term; null if there is none. Any thread. */
  @Nullable T current() {
    return current;
  }

  /** Returns the discarded term, until {@link #forgetFormer}. */
  @Nullable T former() {
    return former;
  }

  /** Forgets the discarded term, which is over. */
  synchronized void forgetFormer() {
    former = null;
  }

  /** Whether the trainer leads. Any thread. */
  boolean leads() {
    return leads;
  }

  synchronized void lead() {
    leads = true;
  }

  /** Discards the running term, because another trainer may lead from now on. */
  synchronized void loseLeadership() {
    leads = false;
    discard();
  }

  /** Discards the running term, and lets no other one start. Any thread. */
  synchronized void giveUp() {
    gaveUp = true;
    discard();
  }

  /** Discards the running term, if there is one. */
  synchronized void discard() {
    T ended = current;
    if (ended != null) {
      former = ended;
      current = null;
      ended.discard();
    }
  }

  /** Whether a term may start: this trainer leads, and no term runs or may still run. */
  synchronized boolean mayStart() {
    return leads && !gaveUp && current == null && former == null;
  }

  /**
   * Makes a term that has just been started the running one; discards it if it may not run any
   * more.
   */
  synchronized void started(T term) {
    current = term;
    if (gaveUp || !leads) {
      discard();
    }
  }

  /** Returns the running or discarded term, which the caller closes; null if there is none. */
  synchronized @Nullable T end() {
    T last = current == null ? former : current;
    current = null;
    return last;
  }
}
