package dev.tidemill.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Requests in the order in which they came, and when the next of them are to be computed: as soon
 * as a batch is full, or its oldest has waited long enough. State without I/O; the caller says what
 * time it is. One thread.
 */
final class MicroBatcher {
  private final int maxBatchSize;
  private final long maxDelayNanos;
  private final ArrayDeque<PendingRequest> waiting = new ArrayDeque<>();

  MicroBatcher(int maxBatchSize, long maxDelayNanos) {
    this.maxBatchSize = maxBatchSize;
    this.maxDelayNanos = maxDelayNanos;
  }

  void add(PendingRequest request) {
    waiting.add(request);
  }

  /** How long until {@link #take} is due: 0 or less: now; {@link Long#MAX_VALUE}: nothing waits. */
  long nanosUntilDue(long nowNanos) {
    PendingRequest oldest = waiting.peek();
    if (oldest == null) {
      return Long.MAX_VALUE;
    }
    return waiting.size() >= maxBatchSize ? 0 : maxDelayNanos - (nowNanos - oldest.receivedNanos());
  }

  boolean isDue(long nowNanos) {
    return nanosUntilDue(nowNanos) <= 0;
  }

  /** Takes the oldest ones, at most a batch of them. */
  List<PendingRequest> take() {
    List<PendingRequest> batch = new ArrayList<>(Math.min(maxBatchSize, waiting.size()));
    while (batch.size() < maxBatchSize && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    return batch;
  }

  /** Forgets what came of partitions that are another worker's now. */
  void drop(Collection<TopicPartition> partitions) {
    waiting.removeIf(request -> partitions.contains(request.partition()));
  }

  void clear() {
    waiting.clear();
  }

  int size() {
    return waiting.size();
  }
}
