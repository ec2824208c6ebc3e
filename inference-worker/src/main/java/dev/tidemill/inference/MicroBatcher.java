package dev.tidemill.inference;

import dev.tidemill.runtime.ByteBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Requests in the order in which they came, and when the next of them are to be computed: as soon
 * as a batch is full, or its oldest has waited long enough, or there is no room for more. State
 * without I/O; the caller says what time it is. One thread at a time.
 */
final class MicroBatcher {
  private static final int MOST_WAITING = 4096;

  private final int maxBatchSize;
  private final long maxDelayNanos;
  private final ByteBudget budget;
  private final ArrayDeque<PendingRequest> waiting = new ArrayDeque<>();

  /**
   * An empty one.
   *
   * @param maxBytes of records that wait, beyond which nothing more is to be polled
   */
  MicroBatcher(int maxBatchSize, long maxDelayNanos, long maxBytes) {
    this.maxBatchSize = maxBatchSize;
    this.maxDelayNanos = maxDelayNanos;
    this.budget = new ByteBudget(maxBytes, Math.max(MOST_WAITING, maxBatchSize));
  }

  void add(PendingRequest request) {
    waiting.add(request);
    budget.reserve(request.bytes());
  }

  /** Whether more may be polled. */
  boolean hasRoom() {
    return budget.hasRoom();
  }

  /** How long until {@link #take} is due: 0 or less: now; {@link Long#MAX_VALUE}: nothing waits. */
  long nanosUntilDue(long nowNanos) {
    PendingRequest oldest = waiting.peek();
    if (oldest == null) {
      return Long.MAX_VALUE;
    }
    return waiting.size() >= maxBatchSize || !hasRoom()
        ? 0
        : maxDelayNanos - (nowNanos - oldest.receivedNanos());
  }

  boolean isDue(long nowNanos) {
    return nanosUntilDue(nowNanos) <= 0;
  }

  /** Whether a request of that partition waits. */
  boolean holds(TopicPartition partition) {
    return waiting.stream().anyMatch(request -> request.lease().partition().equals(partition));
  }

  /** The oldest request; null where none waits. */
  @Nullable PendingRequest oldest() {
    return waiting.peek();
  }

  /** Takes the oldest ones, at most a batch of them, and at most so many. */
  List<PendingRequest> take(int atMost) {
    int limit = Math.min(atMost, maxBatchSize);
    List<PendingRequest> batch = new ArrayList<>(Math.min(limit, waiting.size()));
    while (batch.size() < limit && !waiting.isEmpty()) {
      batch.add(next());
    }
    return batch;
  }

  /** As {@link #take}, of the oldest one's partition only. */
  List<PendingRequest> takeOfOnePartition(int atMost) {
    int limit = Math.min(atMost, maxBatchSize);
    List<PendingRequest> batch = new ArrayList<>();
    while (batch.size() < limit
        && !waiting.isEmpty()
        && (batch.isEmpty() || waiting.element().lease() == batch.get(0).lease())) {
      batch.add(next());
    }
    return batch;
  }

  private PendingRequest next() {
    PendingRequest request = waiting.remove();
    budget.release(request.bytes());
    return request;
  }

  /** Forgets what came of partitions that are another worker's now, or that are held. */
  void dropHeld() {
    drop(request -> request.lease().isOver() || request.lease().isHeld());
  }

  void clear() {
    drop(request -> true);
  }

  private void drop(Predicate<PendingRequest> isDropped) {
    waiting.removeIf(
        request -> {
          boolean dropped = isDropped.test(request);
          if (dropped) {
            budget.release(request.bytes());
          }
          return dropped;
        });
  }

  int size() {
    return waiting.size();
  }
}
