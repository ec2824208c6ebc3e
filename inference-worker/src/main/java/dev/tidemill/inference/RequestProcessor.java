package dev.tidemill.inference;

import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of requests: gathered into micro-batches, answered, and delivered, all that is due
 * in one round. A round is computed and sent while those before it commit, so that requests which
 * find the worker idle wait for nothing, and the more there are the more are gathered by the time
 * that the thread looks again. A rebalance waits until what is in the making is committed, and
 * finds just requests that nobody has begun, or whose answers are dropped.
 *
 * <p>What fails and passes is done again from what is committed; what is refused for good is
 * bisected. For whoever owns the consumer.
 */
final class RequestProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(RequestProcessor.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(100);

  /** Whether another member of the group has this one's client id. */
  @FunctionalInterface
  interface NamesakeCheck {
    boolean hasNamesake();
  }

  private final RecordCodec codec;
  private final MicroBatcher batcher;
  private final DeliveryBatchBuilder rounds;
  private final AnswerLimit limit;
  private final FailureBisection isolation;
  private final RequestPartitions partitions;
  private final Delivery delivery;
  private final NamesakeCheck namesakes;
  private final ServingConditions conditions;
  private final LongSupplier nanoTime;
  private final RetrySchedule recovery;
  private @Nullable DeliveryBatch isolated;
  private @Nullable RuntimeException fencedBy;
  private boolean isMember;
  private boolean isFailing;
  private long tooLargeBytes;

  /**
   * With the parts that it puts to work.
   *
   * @param delivery owned from here on
   */
  RequestProcessor(
      RecordCodec codec,
      MicroBatcher batcher,
      DeliveryBatchBuilder rounds,
      AnswerLimit limit,
      FailureBisection isolation,
      RequestPartitions partitions,
      Delivery delivery,
      NamesakeCheck namesakes,
      ServingConditions conditions,
      LongSupplier nanoTime) {
    this.codec = codec;
    this.batcher = batcher;
    this.rounds = rounds;
    this.limit = limit;
    this.isolation = isolation;
    this.partitions = partitions;
    this.delivery = delivery;
    this.namesakes = namesakes;
    this.conditions = conditions;
    this.nanoTime = nanoTime;
    this.recovery = new RetrySchedule(nanoTime.getAsLong());
  }

  /**
   * Readies the delivery before anything is read; what fails is done again when it matters. Not
   * while a worker of the same name is in the group: that one is fenced once this one has joined,
   * so that it finds a namesake there, and ends.
   */
  void prepare() {
    try {
      if (!namesakes.hasNamesake()) {
        delivery.restart();
        recovery.restarted();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | FencedException e) {
      LOG.debug("answers cannot be delivered yet", e);
    }
  }

  /** Whether records are wanted now. */
  boolean hasRoom() {
    return !recovery.isNeeded() && batcher.hasRoom();
  }

  Duration pollTimeout() {
    long now = nanoTime.getAsLong();
    boolean waits = recovery.isNeeded() && !partitions.isEmpty();
    long untilDue = waits ? recovery.nanosUntilDue(now) : batcher.nanosUntilDue(now);
    return untilDue < LONGEST_POLL.toNanos()
        ? Duration.ofNanos(Math.max(0, untilDue))
        : LONGEST_POLL;
  }

  /** Takes what a poll gave, and does what is due. */
  void onRecords(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
    long now = nanoTime.getAsLong();
    gather(records, now);
    if (recovery.isDue(now) && (fencedBy == null ? !partitions.isEmpty() : isMember)) {
      restart();
    }
    if (!recovery.isNeeded()) {
      goOn(now);
    }
  }

  /** Takes what a poll gave, and nothing more: the serving thread computes. */
  void gather(ConsumerRecords<byte[], byte[]> records) {
    gather(records, nanoTime.getAsLong());
  }

  private void gather(ConsumerRecords<byte[], byte[]> records, long now) {
    for (TopicPartition partition : records.partitions()) {
      OwnedPartition lease = partitions.read(partition);
      if (lease != null) {
        gather(lease, records.records(partition), now);
      }
    }
  }

  private void gather(
      OwnedPartition lease, List<ConsumerRecord<byte[], byte[]>> records, long now) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      PendingRequest request = decoded(lease, record, now);
      if (request == null) {
        partitions.waitForSchema(record);
        return;
      }
      partitions.decoded(lease.partition());
      batcher.add(request);
    }
  }

  /** Null where the schema registry has yet to be asked. */
  private @Nullable PendingRequest decoded(
      OwnedPartition lease, ConsumerRecord<byte[], byte[]> record, long now) {
    try {
      return codec.isReadable(record) ? PendingRequest.decode(lease, record, codec, now) : null;
    } catch (SchemaUnavailableException e) {
      // Its answer was just forgotten.
      return null;
    }
  }

  void onAssigned(Collection<TopicPartition> assigned) {
    isMember = true;
    partitions.assigned(assigned);
    if (!recovery.isNeeded()) {
      try {
        partitions.place(assigned);
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (RuntimeException e) {
        tryAgainLater(e);
      }
    }
  }

  /** The group has thrown this member out; until the next assignment its member id is stale. */
  void onLost(Collection<TopicPartition> lost) {
    isMember = false;
    onRevoked(lost);
  }

  void onRevoked(Collection<TopicPartition> revoked) {
    try {
      delivery.finish();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    partitions.revoked(revoked);
    batcher.dropHeld();
    isolation.forget(revoked);
  }

  /** The consumer's positions are not in the log any more: records were deleted, or truncated. */
  void onOutOfRange(OffsetOutOfRangeException e) {
    LOG.warn("requests cannot be read where they were read on: {}", e.getMessage());
    if (e instanceof LogTruncationException truncation) {
      partitions.truncated(truncation);
    }
    recovery.later(nanoTime.getAsLong());
  }

  void close() {
    delivery.close();
  }

  private void goOn(long now) throws InterruptedException {
    try {
      conditions.expire();
      // In this order: whatever has ended by now, settle() reports.
      boolean isIdle = delivery.isIdle();
      if (delivery.settle()) {
        committed();
      }
      if (isIdle) {
        partitions.unblockAnswered(batcher::holds);
        // Not before: a position that is read back must be behind all that was sent.
        if (partitions.tryBlocked(now)) {
          isolation.begin();
        }
        recoverIfAllIsAnswered();
      }
      if (batcher.isDue(nanoTime.getAsLong())) {
        boolean mayNotOverlap = isolation.isActive() || partitions.isBlockedDue(now);
        if (mayNotOverlap ? isIdle : delivery.hasRoom()) {
          answer();
        } else {
          // The poll that follows gathers what has come meanwhile.
          delivery.awaitProgress(LONGEST_POLL);
        }
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      afterFailure(e);
    }
  }

  /** Whatever failed was done again, here or by another worker. */
  private void recoverIfAllIsAnswered() {
    if (isFailing && batcher.size() == 0 && partitions.areReadToEnd()) {
      isFailing = false;
      conditions.nothingToDeliver();
    }
  }

  private void answer() {
    DeliveryBatch round = rounds.make();
    isolated = isolation.isActive() ? round : null;
    // Meanwhile a keeper's poll may have found that all has to begin anew.
    if (!recovery.isNeeded() && !round.records().isEmpty()) {
      delivery.send(round);
    }
  }

  private void committed() {
    isFailing = false;
    conditions.delivered();
    recovery.delivered();
    if (isolation.isActive()) {
      isolation.committed().ifPresent(partitions::succeeded);
      isolation.endIfWide(!partitions.areTried());
      if (tooLargeBytes > 0) {
        // A brief answer was written in its place: it was indeed its size.
        limit.refused(tooLargeBytes, nanoTime.getAsLong());
        tooLargeBytes = 0;
      }
    }
  }

  /** Goes back to what is committed, which only a restarted delivery can tell. */
  private void restart() {
    RuntimeException fenced = fencedBy;
    try {
      if (fenced == null || !namesakes.hasNamesake()) {
        fencedBy = null;
        delivery.restart();
        batcher.clear();
        partitions.placeAll();
        recovery.restarted();
        return;
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      tryAgainLater(e);
      return;
    }
    throw fenced;
  }

  private void afterFailure(RuntimeException failure) {
    if (kind(failure) != KafkaFailures.Kind.RECORD) {
      tryAgainLater(failure);
      return;
    }
    batcher.clear();
    recovery.now(nanoTime.getAsLong());
    String cause = "the answer cannot be written: " + reason(failure);
    conditions.deliveryRefused(cause);
    tooLargeBytes = tooLargeBytes(isolated, failure);
    isolated = null;
    isolation.refused(cause).ifPresent(partition -> partitions.block(partition, cause));
  }

  /** Of an answer that was refused in isolation as too large; 0: of none. */
  private static long tooLargeBytes(@Nullable DeliveryBatch refused, RuntimeException failure) {
    return refused != null && refused.records().size() == 1 && isTooLarge(failure)
        ? AnswerLimit.bytes(refused.records().get(0))
        : 0;
  }

  private void tryAgainLater(RuntimeException failure) {
    batcher.clear();
    isolation.interrupted();
    KafkaFailures.Kind kind = kind(failure);
    if (kind == KafkaFailures.Kind.FATAL) {
      throw failure;
    }
    if (kind == KafkaFailures.Kind.FENCED) {
      // By a namesake, or because this worker stood still: known once it is a member again.
      fencedBy = failure;
    }
    isFailing = true;
    recovery.later(nanoTime.getAsLong());
    conditions.deliveryFailed(
        "answers were not committed; their requests are read again: " + reason(failure));
    LOG.debug("answers were not committed", failure);
  }

  /** What nobody knows may belong to a request: it is looked for. */
  private static KafkaFailures.Kind kind(RuntimeException failure) {
    return KafkaFailures.kind(failure, KafkaFailures.Kind.RECORD);
  }

  private static boolean isTooLarge(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof RecordTooLargeException) {
        return true;
      }
    }
    return false;
  }

  /** What is at the bottom of it says more than what Kafka wraps around it. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? root.toString() : failure.getMessage() + ": " + root;
  }
}
