package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two reusable states between the training thread, which fills them, and the publishing thread,
 * which empties them. Training waits only where both are still to be published: that is bounded by
 * the time that Kafka's transactions may take ({@code delivery.timeout.ms}), after which publishing
 * fails and the trainer with it.
 */
final class SnapshotExchange {
  private static final long WAIT_MILLIS = 50;

  private final BlockingQueue<ModelState> free = new LinkedBlockingQueue<>();
  private final BlockingQueue<Publishable> filled = new LinkedBlockingQueue<>();
  private volatile boolean ended;
  private volatile boolean abandoned;
  private volatile boolean diverged;
  private volatile boolean awaited;
  private volatile boolean drained;

  SnapshotExchange(ModelState one, ModelState other) {
    free.add(one);
    free.add(other);
  }

  /** A state to fill; null if nothing is published any more. Training thread. */
  @Nullable ModelState takeFree() throws InterruptedException {
    ModelState state = free.poll();
    awaited = state == null;
    try {
      while (state == null && !abandoned) {
        state = free.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      }
      return state;
    } finally {
      awaited = false;
    }
  }

  /** Whether the training thread waits for the publishing thread now. Any thread. */
  boolean isAwaited() {
    return awaited;
  }

  void submit(Publishable next) {
    filled.add(next);
  }

  /** Nothing more is submitted; what was is published. */
  void end() {
    ended = true;
  }

  /** Nothing is published any more, what was submitted included. Any thread. */
  void abandon() {
    abandoned = true;
  }

  /** As {@link #abandon}, because the model has diverged; the next leader should know. */
  void abandonDiverged() {
    diverged = true;
    abandoned = true;
  }

  /** Whether nothing is published any more because the model has diverged. */
  boolean hasDiverged() {
    return diverged;
  }

  /** What is to be committed next; null if nothing came within a short time. Publishing thread. */
  @Nullable Publishable next() throws InterruptedException {
    return abandoned ? null : filled.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The state may be filled again. */
  void giveBack(Publishable.Snapshot published) {
    free.add(published.state());
  }

  /** Whether there is nothing left to publish, for good. Publishing thread. */
  boolean isDone() {
    // `ended` is read first: what was submitted before it was set is then seen in the queue.
    boolean all = ended && filled.isEmpty();
    drained |= all && !abandoned;
    return abandoned || all;
  }

  /** Whether all that training had to submit was published. Any thread. */
  boolean isDrained() {
    return drained;
  }
}
