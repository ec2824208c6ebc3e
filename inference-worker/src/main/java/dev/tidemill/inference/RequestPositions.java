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
 * Finds where to read each partition of requests: after the last request that was answered. The
 * group's committed offset says which one that is. Without a committed offset, the last answer
 * does. Without an answer, no request was answered.
 *
 * <p>Commits a position that was not committed before, so that the answers which follow do not move
 * it. Without transactions, an answer may be written although an earlier one was not.
 */
final class RequestPositions {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPositions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Supplier<String> requestsId;
  private final AnsweredOffsets answered;
  private final ServingConditions conditions;
  private final Map<TopicPartition, OffsetAndMetadata> lastPositions = new HashMap<>();
  private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

  /**
   * A loss of records before a committed offset.
   *
   * @param committed the offset at which reading cannot continue
   * @param divergent where the log differs from what was read; null if the brokers do not know
   */
  private record Truncation(OffsetAndMetadata committed, @Nullable OffsetAndMetadata divergent) {}

  /** The caller closes the consumer. */
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
   * Sets the consumer's positions, and commits those that were not committed before.
   *
   * @return the partitions whose position cannot be found yet, each with the cause
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer; no position is set
   */
  Map<TopicPartition, String> seek(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(Set.copyOf(partitions), TIMEOUT);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, TIMEOUT);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    Map<TopicPartition, String> unknown = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, begin);
      OffsetAndMetadata last = committed.get(partition);
      try {
        OffsetAndMetadata position =
            clampToLog(partition, next(partition, last, begin), begin, end);
        if (last == null) {
          position = new OffsetAndMetadata(position.offset(), requestsId.get());
          uncommitted.put(partition, position);
        }
        positions.put(partition, position);
      } catch (AnsweredOffsets.AnswerUnavailableException e) {
        unknown.put(partition, "its last answered request is unknown: " + e.getMessage());
      }
    }
    if (!uncommitted.isEmpty()) {
      consumer.commitSync(uncommitted, TIMEOUT);
    }
    positions.forEach(consumer::seek);
    lastPositions.putAll(positions);
    return unknown;
  }

  /** Notes that the log lacks the positions that were set last, or that were read since. */
  void truncated(LogTruncationException truncation) {
    for (TopicPartition partition : truncation.offsetOutOfRangePartitions().keySet()) {
      OffsetAndMetadata position = lastPositions.get(partition);
      if (position != null) {
        OffsetAndMetadata divergent = truncation.divergentOffsets().get(partition);
        truncations.put(partition, new Truncation(position, divergent));
      }
    }
  }

  private OffsetAndMetadata next(
      TopicPartition partition, @Nullable OffsetAndMetadata committed, long begin) {
    if (committed == null) {
      return afterHighestAnswer(partition, begin);
    }
    if (!committed.metadata().isEmpty() && !committed.metadata().equals(requestsId.get())) {
      LOG.warn(
          "{} was recreated (topic id {}, formerly {}); reading it from the beginning",
          partition,
          requestsId.get(),
          committed.metadata());
      return new OffsetAndMetadata(begin);
    }
    Truncation truncation = truncations.get(partition);
    return truncation != null && truncation.committed().equals(committed)
        ? afterTruncation(partition, truncation)
        : committed;
  }

  /**
   * Returns an offset without a leader epoch, because the log does not contain the committed one.
   */
  private OffsetAndMetadata afterTruncation(TopicPartition partition, Truncation truncation) {
    long position = truncation.committed().offset();
    OffsetAndMetadata divergent = truncation.divergent();
    long from = divergent == null ? position : Math.min(position, divergent.offset());
    conditions.requestsTruncated(partition, position, from);
    return new OffsetAndMetadata(from);
  }

  private OffsetAndMetadata afterHighestAnswer(TopicPartition partition, long begin) {
    Optional<Prediction> highest = answered.highest(partition.partition());
    if (highest.isEmpty()) {
      return new OffsetAndMetadata(begin);
    }
    if (!highest.get().getRequestTopicId().equals(requestsId.get())) {
      LOG.warn(
          "{} was recreated (topic id {}; the last answer is for topic id {}); reading it from the"
              + " beginning",
          partition,
          requestsId.get(),
          highest.get().getRequestTopicId());
      return new OffsetAndMetadata(begin);
    }
    long next = highest.get().getRequestOffset() + 1;
    LOG.warn(
        "the group has no committed offset for {}; reading from offset {}, after the last answered"
            + " request",
        partition,
        next);
    return new OffsetAndMetadata(next);
  }

  private OffsetAndMetadata clampToLog(
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
