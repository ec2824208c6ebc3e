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
 * Processes requests: gathers them into micro-batches, answers them, and delivers all answers that
 * are due as one batch. Computes and sends a batch while earlier ones commit. So a request that
 * finds the worker idle does not wait, and under load more requests gather before the thread polls
 * again. A rebalance waits until the open batches are committed. The requests that remain have not
 * begun, or their answers are dropped.
 *
 * <p>After a transient failure, starts again from the committed offsets. After a permanent one,
 * bisects to find the request that causes it. Only for the thread that owns the consumer.
 */
final class RequestProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(RequestProcessor.class);
  private static final Duration MAX_POLL_TIMEOUT = Duration.ofMillis(100);

  /** Tells whether another member of the group has this member's client id. */
  @FunctionalInterface
  interface NamesakeCheck {
    boolean hasNamesake();
  }

  private final RecordCodec codec;
  private final MicroBatcher batcher;
  private final DeliveryBatchBuilder batchBuilder;
  private final AnswerLimit limit;
  private final FailureBisection bisection;
  private final RequestPartitions partitions;
  private final Delivery delivery;
  private final NamesakeCheck namesakes;
  private final ServingConditions conditions;
  private final LongSupplier nanoTime;
  private final RetrySchedule retrySchedule;
  private @Nullable DeliveryBatch bisectionBatch;
  private @Nullable RuntimeException fencedBy;
  private boolean isMember;
  private boolean isFailing;
  private long tooLargeBytes;

  /**
   * Creates a processor.
   *
   * @param delivery owned by the processor
   */
  RequestProcessor(
      RecordCodec codec,
      MicroBatcher batcher,
      DeliveryBatchBuilder batchBuilder,
      AnswerLimit limit,
      FailureBisection bisection,
      RequestPartitions partitions,
      Delivery delivery,
      NamesakeCheck namesakes,
      ServingConditions conditions,
      LongSupplier nanoTime) {
    this.codec = codec;
    this.batcher = batcher;
    this.batchBuilder = batchBuilder;
    this.limit = limit;
    this.bisection = bisection;
    this.partitions = partitions;
    this.delivery = delivery;
    this.namesakes = namesakes;
    this.conditions = conditions;
    this.nanoTime = nanoTime;
    this.retrySchedule = new RetrySchedule(nanoTime.getAsLong());
  }

  /**
   * Prepares the delivery before anything is read; a failure is retried once it matters. Does
   * nothing while a worker with the same name is in the group. That worker is fenced after this one
   * has joined, so that it finds a namesake in the group and ends.
   */
  void prepare() {
    try {
      if (!namesakes.hasNamesake()) {
        delivery.restart();
        retrySchedule.restarted();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | FencedException e) {
      LOG.debug("cannot deliver answers yet", e);
    }
  }

  /** Returns whether more records may be fetched. */
  boolean hasRoom() {
    return !retrySchedule.isNeeded() && batcher.hasRoom();
  }

  Duration pollTimeout() {
    long now = nanoTime.getAsLong();
    boolean waits = retrySchedule.isNeeded() && !partitions.isEmpty();
    long untilDue = waits ? retrySchedule.nanosUntilDue(now) : batcher.nanosUntilDue(now);
    return untilDue < MAX_POLL_TIMEOUT.toNanos()
        ? Duration.ofNanos(Math.max(0, untilDue))
        : MAX_POLL_TIMEOUT;
  }

  /** Takes the polled records, and does what is due. */
  void onRecords(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
    long now = nanoTime.getAsLong();
    gather(records, now);
    if (retrySchedule.isDue(now) && (fencedBy == null ? !partitions.isEmpty() : isMember)) {
      restart();
    }
    if (!retrySchedule.isNeeded()) {
      processDue(now);
    }
  }

  /** Takes the polled records and does nothing else, because the serving thread is computing. */
  void gather(ConsumerRecords<byte[], byte[]> records) {
    gather(records, nanoTime.getAsLong());
  }

  private void gather(ConsumerRecords<byte[], byte[]> records, long now) {
    for (TopicPartition partition : records.partitions()) {
      OwnedPartition owned = partitions.readable(partition);
      if (owned != null) {
        gather(owned, records.records(partition), now);
      }
    }
  }

  private void gather(
      OwnedPartition owned, List<ConsumerRecord<byte[], byte[]>> records, long now) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      PendingRequest request = decoded(owned, record, now);
      if (request == null) {
        partitions.waitForSchema(record);
        return;
      }
      partitions.decoded(owned.partition());
      batcher.add(request);
    }
  }

  /** Returns the decoded request, or null if the schema registry must be asked first. */
  private @Nullable PendingRequest decoded(
      OwnedPartition owned, ConsumerRecord<byte[], byte[]> record, long now) {
    try {
      return codec.isReadable(record) ? PendingRequest.decode(owned, record, codec, now) : null;
    } catch (SchemaUnavailableException e) {
      // The registry's answer has just expired.
      return null;
    }
  }

  void onAssigned(Collection<TopicPartition> assigned) {
    isMember = true;
    partitions.assigned(assigned);
    if (!retrySchedule.isNeeded()) {
      try {
        partitions.initialize(assigned);
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (RuntimeException e) {
        retryLater(e);
      }
    }
  }

  /**
   * Handles the removal of this member from the group. Its member id is stale until the next
   * assignment.
   */
  void onLost(Collection<TopicPartition> lost) {
    isMember = false;
    onRevoked(lost);
  }

  void onRevoked(Collection<TopicPartition> revoked) {
    try {
      delivery.awaitCommits();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    partitions.revoked(revoked);
    batcher.dropSuspended();
    bisection.forget(revoked);
  }

  /**
   * Handles positions that are no longer in the log: records were deleted, or the log was
   * truncated.
   */
  void onOutOfRange(OffsetOutOfRangeException e) {
    LOG.warn("requests at the current position are gone; looking it up again: {}", e.getMessage());
    if (e instanceof LogTruncationException truncation) {
      partitions.truncated(truncation);
    }
    retrySchedule.retryLater(nanoTime.getAsLong());
  }

  void close() {
    delivery.close();
  }

  private void processDue(long now) throws InterruptedException {
    try {
      conditions.expire();
      // Before checkCommits(), so that it reports everything that has ended by now.
      boolean isIdle = delivery.isIdle();
      if (delivery.checkCommits()) {
        committed();
      }
      if (isIdle) {
        partitions.unblockAnswered(batcher::hasWaiting);
        // Only when idle, so that the committed offset is after everything that was sent.
        if (partitions.retryBlocked(now)) {
          bisection.begin();
        }
        recoverIfAllIsAnswered();
      }
      if (batcher.isDue(nanoTime.getAsLong())) {
        boolean mayNotOverlap = bisection.isActive() || partitions.isRetryDue(now);
        if (mayNotOverlap ? isIdle : delivery.hasRoom()) {
          answer();
        } else {
          // The next poll gathers what has arrived meanwhile.
          delivery.awaitProgress(MAX_POLL_TIMEOUT);
        }
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      afterFailure(e);
    }
  }

  /** Ends the health condition once this worker or another one has answered everything. */
  private void recoverIfAllIsAnswered() {
    if (isFailing && batcher.size() == 0 && partitions.isReadToEnd()) {
      isFailing = false;
      conditions.nothingToDeliver();
    }
  }

  private void answer() {
    DeliveryBatch batch = batchBuilder.build();
    bisectionBatch = bisection.isActive() ? batch : null;
    // A keep-alive poll during the computation may have required a restart.
    if (!retrySchedule.isNeeded() && !batch.records().isEmpty()) {
      delivery.send(batch);
    }
  }

  private void committed() {
    isFailing = false;
    conditions.delivered();
    retrySchedule.delivered();
    if (bisection.isActive()) {
      bisection.committed().ifPresent(partitions::succeeded);
      bisection.endIfWide(!partitions.hasRetries());
      if (tooLargeBytes > 0) {
        // A short answer was written instead, so the size was the cause.
        limit.refused(tooLargeBytes, nanoTime.getAsLong());
        tooLargeBytes = 0;
      }
    }
  }

  /** Goes back to the committed offsets, which only a restarted delivery can know. */
  private void restart() {
    RuntimeException fenced = fencedBy;
    try {
      if (fenced == null || !namesakes.hasNamesake()) {
        fencedBy = null;
        delivery.restart();
        batcher.clear();
        partitions.initializeAll();
        if (partitions.hasRetries() && !bisection.isActive()) {
          // The brokers failed before the retry could begin.
          bisection.begin();
        }
        retrySchedule.restarted();
        return;
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      retryLater(e);
      return;
    }
    throw fenced;
  }

  private void afterFailure(RuntimeException failure) {
    if (kind(failure) != KafkaFailures.Kind.RECORD) {
      retryLater(failure);
      return;
    }
    batcher.clear();
    retrySchedule.retryNow(nanoTime.getAsLong());
    String cause = "the answer cannot be written: " + reason(failure);
    conditions.commitRefused(cause);
    tooLargeBytes = tooLargeBytes(bisectionBatch, failure);
    bisectionBatch = null;
    bisection.refused(cause).ifPresent(partition -> partitions.block(partition, cause));
  }

  /** Returns the size of an answer that was refused alone as too large; 0 if there is none. */
  private static long tooLargeBytes(@Nullable DeliveryBatch refused, RuntimeException failure) {
    return refused != null && refused.records().size() == 1 && isTooLarge(failure)
        ? AnswerLimit.bytes(refused.records().get(0))
        : 0;
  }

  private void retryLater(RuntimeException failure) {
    batcher.clear();
    bisection.interrupted();
    KafkaFailures.Kind kind = kind(failure);
    if (kind == KafkaFailures.Kind.FATAL) {
      throw failure;
    }
    if (kind == KafkaFailures.Kind.FENCED) {
      // A namesake fenced it, or it was stalled. It can tell once it is a member again.
      fencedBy = failure;
    }
    isFailing = true;
    retrySchedule.retryLater(nanoTime.getAsLong());
    conditions.commitFailed(
        "answers were not committed; reading their requests again: " + reason(failure));
    LOG.debug("answers were not committed", failure);
  }

  /** Returns the kind of a failure. A request may have caused an unknown one, so it is bisected. */
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

  /** Includes the root cause, which says more than the exceptions that Kafka wraps around it. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? root.toString() : failure.getMessage() + ": " + root;
  }
}
