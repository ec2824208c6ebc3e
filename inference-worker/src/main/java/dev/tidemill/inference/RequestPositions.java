package dev.tidemill.inference;

import dev.tidemill.schemas.Prediction;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each partition of requests is read on: behind the last request that was answered. The
 * group's committed offset says which that is; where it is gone, the last answer does; where there
 * is none either, nothing was answered.
 */
final class RequestPositions {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPositions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Supplier<String> requestsId;
  private final AnsweredOffsets answered;
  private final ServingConditions conditions;
  private final Map<TopicPartition, OffsetAndMetadata> sought = new HashMap<>();
  private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

  /**
   * Brokers lost records before a committed offset.
   *
   * @param committed the offset that cannot be read on at
   * @param divergent where the log differs from what was read; null if the brokers don't know
   */
  private record Truncation(OffsetAndMetadata committed, @Nullable OffsetAndMetadata divergent) {}

  /** All stay the caller's. */
  RequestPositions(
      Consumer<byte[], byte[]> consumer,
      Supplier<String> requestsId,
      AnsweredOffsets answered,
      ServingConditions conditions) {
    this.consumer = consumer;
    this.requestsId = requestsId;
    this.answered = answered;
    this.conditions = conditions;
  }

  /**
   * Sets the consumer's positions.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not tell; no position is set
   */
  void seek(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(Set.copyOf(partitions), TIMEOUT);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, TIMEOUT);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      OffsetAndMetadata next = next(partition, committed.get(partition), begin);
      positions.put(partition, within(partition, next, begin, ends.getOrDefault(partition, begin)));
    }
    positions.forEach(consumer::seek);
    sought.putAll(positions);
  }

  /** The positions that were set last, or that reading has reached since, are not in the log. */
  void truncated(LogTruncationException truncation) {
    for (TopicPartition partition : truncation.offsetOutOfRangePartitions().keySet()) {
      OffsetAndMetadata position = sought.get(partition);
      if (position != null) {
        OffsetAndMetadata divergent = truncation.divergentOffsets().get(partition);
        truncations.put(partition, new Truncation(position, divergent));
      }
    }
  }

  private OffsetAndMetadata next(
      TopicPartition partition, @Nullable OffsetAndMetadata committed, long begin) {
    if (committed == null) {
      return behindHighestAnswer(partition, begin);
    }
    if (!committed.metadata().isEmpty() && !committed.metadata().equals(requestsId.get())) {
      LOG.warn(
          "{} was created again (topic id {}, formerly {}): reading it from its beginning",
          partition,
          requestsId.get(),
          committed.metadata());
      return new OffsetAndMetadata(begin);
    }
    Truncation truncation = truncations.get(partition);
    return truncation != null && truncation.committed().equals(committed)
        ? behindTruncation(partition, truncation)
        : committed;
  }

  /** Without an epoch: the one that was committed is what the log does not hold. */
  private OffsetAndMetadata behindTruncation(TopicPartition partition, Truncation truncation) {
    long position = truncation.committed().offset();
    OffsetAndMetadata divergent = truncation.divergent();
    long from = divergent == null ? position : Math.min(position, divergent.offset());
    conditions.requestsTruncated(partition, position, from);
    return new OffsetAndMetadata(from);
  }

  private OffsetAndMetadata behindHighestAnswer(TopicPartition partition, long begin) {
    Optional<Prediction> highest = answered.highest(partition.partition());
    if (highest.isEmpty()) {
      return new OffsetAndMetadata(begin);
    }
    if (!highest.get().getRequestTopicId().equals(requestsId.get())) {
      LOG.warn(
          "{} was created again (topic id {}; the last answer is to one of {}): reading it from its"
              + " beginning",
          partition,
          requestsId.get(),
          highest.get().getRequestTopicId());
      return new OffsetAndMetadata(begin);
    }
    long next = highest.get().getRequestOffset() + 1;
    LOG.warn(
        "the group has no committed offset for {}: reading on at {}, behind the request of the last"
            + " answer",
        partition,
        next);
    return new OffsetAndMetadata(next);
  }

  private OffsetAndMetadata within(
      TopicPartition partition, OffsetAndMetadata next, long begin, long end) {
    if (next.offset() < begin) {
      conditions.requestsLost(partition, next.offset(), begin);
      return new OffsetAndMetadata(begin);
    }
    if (next.offset() > end) {
      conditions.requestsTruncated(partition, next.offset(), end);
      return new OffsetAndMetadata(end);
    }
    return next;
  }
}
