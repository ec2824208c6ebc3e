package dev.tidemill.inference;

import dev.tidemill.runtime.ByteBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Queues requests in arrival order and decides when to compute them: when a batch is full, when the
 * oldest request has waited long enough, or when there is no room for more. State without I/O; the
 * caller passes the time. One thread at a time.
 */
final class MicroBatcher {
  private static final int MAX_WAITING = 4096;

  private final int maxBatchSize;
  private final long maxDelayNanos;
  private final ByteBudget budget;
  private final ArrayDeque<PendingRequest> waiting = new ArrayDeque<>();

  /**
   * Creates an empty queue.
   *
   * @param maxBytes the size of queued records from which {@link #hasRoom} is false
   */
  MicroBatcher(int maxBatchSize, long maxDelayNanos, long maxBytes) {
    this.maxBatchSize = maxBatchSize;
    this.maxDelayNanos = maxDelayNanos;
    this.budget = new ByteBudget(maxBytes, Math.max(MAX_WAITING, maxBatchSize));
  }

  void add(PendingRequest request) {
    waiting.add(request);
    budget.reserve(request.bytes());
  }

  /** Returns whether more requests may be polled. */
  boolean hasRoom() {
    return budget.hasRoom();
  }

  /**
   * Returns the nanoseconds until {@link #take} is due: 0 or less means now, {@link Long#MAX_VALUE}
   * an empty queue.
   */
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

  /** Returns whether a request of the partition waits. */
  boolean hasWaiting(TopicPartition partition) {
    return waiting.stream().anyMatch(request -> request.owned().partition().equals(partition));
  }

  /** Returns the oldest request, or null if none waits. */
  @Nullable PendingRequest oldest() {
    return waiting.peek();
  }

  /** Takes the oldest requests, at most {@code maxRequests} and at most a full batch. */
  List<PendingRequest> take(int maxRequests) {
    int limit = Math.min(maxRequests, maxBatchSize);
    List<PendingRequest> batch = new ArrayList<>(Math.min(limit, waiting.size()));
    while (batch.size() < limit && !waiting.isEmpty()) {
      batch.add(next());
    }
    return batch;
  }

  /** Like {@link #take}, but stops at a request of another partition. */
  List<PendingRequest> takeOfOnePartition(int maxRequests) {
    int limit = Math.min(maxRequests, maxBatchSize);
    List<PendingRequest> batch = new ArrayList<>();
    while (batch.size() < limit
        && !waiting.isEmpty()
        && (batch.isEmpty() || waiting.element().owned() == batch.get(0).owned())) {
      batch.add(next());
    }
    return batch;
  }

  private PendingRequest next() {
    PendingRequest request = waiting.remove();
    budget.release(request.bytes());
    return request;
  }

  /** Drops the requests of partitions that are revoked or suspended. */
  void dropSuspended() {
    drop(request -> request.owned().isRevoked() || request.owned().isSuspended());
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
