package dev.tidemill.inference;

import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.messaging.tracing.Tracing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Computes the requests that are due and builds a delivery batch from their answers. A batch ends
 * when nothing is due, after half a second, or at 4 MiB of answers. So answers are committed, and
 * the consumer polls, however slow the model is.
 */
final class DeliveryBatchBuilder {
  private static final long MAX_NANOS = 500_000_000L;
  private static final long MAX_BYTES = 4 << 20;

  private final MicroBatcher batcher;
  private final Function<List<PendingRequest>, List<RequestOutcome>> compute;
  private final PredictionRecords answers;
  private final AnswerLimit limit;
  private final FailureBisection bisection;
  private final BlockedPartitions blocked;
  private final Supplier<String> requestsId;
  private final Tracing tracing;
  private final LongSupplier nanoTime;
  private final RequestCostEstimate cost = new RequestCostEstimate(MAX_NANOS);

  /**
   * Creates a builder.
   *
   * @param compute returns the outcome of each request of a micro-batch, in the same order;
   *     partitions may be revoked meanwhile
   */
  DeliveryBatchBuilder(
      MicroBatcher batcher,
      Function<List<PendingRequest>, List<RequestOutcome>> compute,
      PredictionRecords answers,
      AnswerLimit limit,
      FailureBisection bisection,
      BlockedPartitions blocked,
      Supplier<String> requestsId,
      Tracing tracing,
      LongSupplier nanoTime) {
    this.batcher = batcher;
    this.compute = compute;
    this.answers = answers;
    this.limit = limit;
    this.bisection = bisection;
    this.blocked = blocked;
    this.requestsId = requestsId;
    this.tracing = tracing;
    this.nanoTime = nanoTime;
  }

  /** Returns a batch, which is empty if all its partitions were revoked during the computation. */
  DeliveryBatch build() {
    List<RequestOutcome> outcomes = new ArrayList<>(Math.min(batcher.size(), 1024));
    long began = nanoTime.getAsLong();
    long bytes = 0;
    boolean isUnfinished = true;
    while (isUnfinished) {
      List<PendingRequest> requests = take();
      long before = nanoTime.getAsLong();
      List<RequestOutcome> computed = compute.apply(requests);
      long now = nanoTime.getAsLong();
      cost.add(now - before, requests.size() - expired(computed));
      outcomes.addAll(computed);
      bytes += bytes(computed);
      isUnfinished =
          !bisection.isActive()
              && now - began < MAX_NANOS
              && bytes < MAX_BYTES
              && batcher.isDue(now);
    }
    return assemble(outcomes, nanoTime.getAsLong());
  }

  private static int expired(List<RequestOutcome> outcomes) {
    int expired = 0;
    for (RequestOutcome outcome : outcomes) {
      expired += outcome.kind() == AnswerReceipt.Kind.EXPIRED ? 1 : 0;
    }
    return expired;
  }

  private List<PendingRequest> take() {
    PendingRequest oldest = batcher.oldest();
    if (oldest == null || !bisection.isActive()) {
      return batcher.take(cost.affordable());
    }
    int max = blocked.isRetrying(oldest.partition()) ? 1 : bisection.limit();
    return batcher.takeOfOnePartition(Math.min(max, cost.affordable()));
  }

  private static long bytes(List<RequestOutcome> outcomes) {
    long bytes = 0;
    for (RequestOutcome outcome : outcomes) {
      if (outcome instanceof RequestOutcome.Answered answered) {
        bytes += (long) Float.BYTES * answered.outputs().size();
      } else if (outcome.kind() != AnswerReceipt.Kind.EXPIRED) {
        // It also becomes a dead letter, which contains its bytes.
        bytes += outcome.pending().bytes();
      }
    }
    return bytes;
  }

  /**
   * Leaves out requests of partitions that are revoked or suspended. Checks this only now, because
   * a keep-alive poll may revoke partitions during any computation.
   */
  private DeliveryBatch assemble(List<RequestOutcome> outcomes, long now) {
    List<AnswerReceipt> receipts = new ArrayList<>(outcomes.size());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(outcomes.size());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    PendingRequest last = null;
    for (RequestOutcome outcome : outcomes) {
      PendingRequest request = outcome.pending();
      if (request.owned().isRevoked() || request.owned().isSuspended()) {
        continue;
      }
      if (bisection.isActive() && receipts.isEmpty()) {
        bisection.sending(request.partition(), request.offset(), outcomes.size());
      }
      add(answers.inTime(outcome), receipts, records, now);
      if (last != null && last.owned() != request.owned()) {
        offsets.put(last.partition(), offsetAfter(last));
      }
      last = request;
    }
    if (last != null) {
      offsets.put(last.partition(), offsetAfter(last));
    }
    return new DeliveryBatch(receipts, records, offsets);
  }

  private void add(
      RequestOutcome outcome,
      List<AnswerReceipt> receipts,
      List<ProducerRecord<byte[], byte[]>> records,
      long now) {
    PendingRequest request = outcome.pending();
    String suspicion =
        bisection.isActive() ? bisection.suspicion(request.partition(), request.offset()) : null;
    RequestOutcome written = suspicion == null ? outcome : unwritable(outcome, suspicion);
    RecordSpan span = tracing.processing("answer", request.record(), now - request.receivedNanos());
    int before = records.size();
    add(written, records, span);
    ProducerRecord<byte[], byte[]> answer = records.get(before);
    if (outcome.kind() == AnswerReceipt.Kind.ANSWERED
        && suspicion == null
        && !limit.allows(answer, now)) {
      records.remove(before);
      written =
          unwritable(
              outcome,
              "the answer has %d bytes, more than max.message.bytes of topic %s allows"
                  .formatted(AnswerLimit.bytes(answer), answer.topic()));
      add(written, records, span);
    }
    receipts.add(AnswerReceipt.of(written, span));
  }

  /** Adds the records of an outcome, with their trace: its header counts for the size. */
  private void add(
      RequestOutcome outcome, List<ProducerRecord<byte[], byte[]>> records, RecordSpan span) {
    int before = records.size();
    answers.add(outcome, records);
    for (int i = before; i < records.size(); i++) {
      span.writeTo(records.get(i).headers());
    }
  }

  private static RequestOutcome unwritable(RequestOutcome outcome, String fault) {
    return new RequestOutcome.Unwritable(outcome, fault);
  }

  /**
   * Returns the offset after a request. Its metadata names the topic id, so that nobody applies the
   * offset to a recreated topic.
   */
  private OffsetAndMetadata offsetAfter(PendingRequest request) {
    return new OffsetAndMetadata(
        request.offset() + 1, request.record().leaderEpoch(), requestsId.get());
  }
}
