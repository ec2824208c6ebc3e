package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Double buffering of model states: the training thread fills them, and the publishing thread
 * publishes and returns them. Training waits only while both are unpublished. Kafka's {@code
 * delivery.timeout.ms} bounds that wait. After it, publishing fails, and the trainer with it.
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

  /** Takes a free state to fill; returns null once abandoned. Training thread. */
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

  /** Takes a free state, if there is one, to read a version into it. Publishing thread. */
  @Nullable ModelState pollFree() {
    return free.poll();
  }

  /** Returns a state that was taken and is not submitted. */
  void giveBack(ModelState taken) {
    free.add(taken);
  }

  /** Whether the training thread is waiting for a free state. Any thread. */
  boolean isAwaited() {
    return awaited;
  }

  /** Submits a commit. Training thread. */
  void submit(Publishable next) {
    filled.add(next);
  }

  /** Ends submission; all that was submitted is still published. */
  void end() {
    ended = true;
  }

  /** Discards everything that is not published yet, submitted or not. Any thread. */
  void abandon() {
    abandoned = true;
  }

  /** Abandons because the model diverged, which the next leader learns. */
  void abandonDiverged() {
    diverged = true;
    abandoned = true;
  }

  /** Whether the exchange was abandoned because the model diverged. */
  boolean hasDiverged() {
    return diverged;
  }

  /** Takes the next commit; returns null if none arrives soon. Publishing thread. */
  @Nullable Publishable next() throws InterruptedException {
    return abandoned ? null : filled.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Returns a published state for reuse. */
  void recycle(Publishable.Snapshot published) {
    free.add(published.state());
  }

  /** Whether publishing is over: all is published, or abandoned. Publishing thread. */
  boolean isDone() {
    // Read `ended` first: everything submitted before it was set is then visible in the queue.
    boolean all = ended && filled.isEmpty();
    drained |= all && !abandoned;
    return abandoned || all;
  }

  /** Whether everything that training submitted was published. Any thread. */
  boolean isDrained() {
    return drained;
  }
}
