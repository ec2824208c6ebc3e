package dev.tidemill.inference;

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
 * Computes what is due and makes a round of it, which ends when nothing is due any more, when it
 * has lasted for long, or when its answers are large: so that they are committed, and the consumer
 * polls, however slow the model is.
 */
final class DeliveryBatchBuilder {
  private static final long LONGEST_NANOS = 500_000_000L;
  private static final long MOST_BYTES = 4 << 20;

  private final MicroBatcher batcher;
  private final Function<List<PendingRequest>, List<RequestOutcome>> compute;
  private final PredictionRecords answers;
  private final AnswerLimit limit;
  private final FailureBisection isolation;
  private final BlockedPartitions blocked;
  private final Supplier<String> requestsId;
  private final LongSupplier nanoTime;
  private final RequestCostEstimate cost = new RequestCostEstimate(LONGEST_NANOS);

  /**
   * With the parts that it puts to work.
   *
   * @param compute what comes of each request of a micro-batch, in their order; leases may end
   *     meanwhile
   */
  DeliveryBatchBuilder(
      MicroBatcher batcher,
      Function<List<PendingRequest>, List<RequestOutcome>> compute,
      PredictionRecords answers,
      AnswerLimit limit,
      FailureBisection isolation,
      BlockedPartitions blocked,
      Supplier<String> requestsId,
      LongSupplier nanoTime) {
    this.batcher = batcher;
    this.compute = compute;
    this.answers = answers;
    this.limit = limit;
    this.isolation = isolation;
    this.blocked = blocked;
    this.requestsId = requestsId;
    this.nanoTime = nanoTime;
  }

  /** Empty where all partitions went while their requests were computed. */
  DeliveryBatch make() {
    List<RequestOutcome> outcomes = new ArrayList<>(Math.min(batcher.size(), 1024));
    long began = nanoTime.getAsLong();
    long bytes = 0;
    boolean goesOn = true;
    while (goesOn) {
      List<PendingRequest> requests = take();
      long before = nanoTime.getAsLong();
      List<RequestOutcome> computed = compute.apply(requests);
      long now = nanoTime.getAsLong();
      cost.measured(now - before, requests.size());
      outcomes.addAll(computed);
      bytes += bytes(computed);
      goesOn =
          !isolation.isActive()
              && now - began < LONGEST_NANOS
              && bytes < MOST_BYTES
              && batcher.isDue(now);
    }
    return round(outcomes, nanoTime.getAsLong());
  }

  private List<PendingRequest> take() {
    PendingRequest oldest = batcher.oldest();
    if (oldest == null || !isolation.isActive()) {
      return batcher.take(cost.affordable());
    }
    int most = blocked.isTried(oldest.partition()) ? 1 : isolation.limit();
    return batcher.takeOfOnePartition(Math.min(most, cost.affordable()));
  }

  private static long bytes(List<RequestOutcome> outcomes) {
    long bytes = 0;
    for (RequestOutcome outcome : outcomes) {
      // What is refused comes back as a dead letter.
      bytes +=
          outcome instanceof RequestOutcome.Answered answered
              ? (long) Float.BYTES * answered.outputs().size()
              : outcome.pending().bytes();
    }
    return bytes;
  }

  /** Leases are looked at here: a keeper's poll may have ended some during any computation. */
  private DeliveryBatch round(List<RequestOutcome> outcomes, long now) {
    List<AnswerReceipt> told = new ArrayList<>(outcomes.size());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(outcomes.size());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    PendingRequest last = null;
    for (RequestOutcome outcome : outcomes) {
      PendingRequest request = outcome.pending();
      if (request.lease().isOver() || request.lease().isHeld()) {
        continue;
      }
      if (isolation.isActive() && told.isEmpty()) {
        isolation.sending(request.partition(), request.offset(), outcomes.size());
      }
      add(outcome, told, records, now);
      if (last != null && last.lease() != request.lease()) {
        offsets.put(last.partition(), behind(last));
      }
      last = request;
    }
    if (last != null) {
      offsets.put(last.partition(), behind(last));
    }
    return new DeliveryBatch(told, records, offsets);
  }

  private void add(
      RequestOutcome outcome,
      List<AnswerReceipt> told,
      List<ProducerRecord<byte[], byte[]>> records,
      long now) {
    PendingRequest request = outcome.pending();
    String suspicion =
        isolation.isActive() ? isolation.suspicion(request.partition(), request.offset()) : null;
    RequestOutcome written = suspicion == null ? outcome : unwritable(outcome, suspicion);
    int before = records.size();
    answers.add(written, records);
    ProducerRecord<byte[], byte[]> answer = records.get(before);
    if (outcome.kind() == AnswerReceipt.Kind.ANSWERED
        && suspicion == null
        && !limit.allows(answer, now)) {
      records.remove(before);
      written =
          unwritable(
              outcome,
              "the answer takes %d bytes, more than max.message.bytes of topic %s"
                  .formatted(AnswerLimit.bytes(answer), answer.topic()));
      answers.add(written, records);
    }
    told.add(new AnswerReceipt(written.kind(), request.receivedNanos()));
  }

  private static RequestOutcome unwritable(RequestOutcome outcome, String fault) {
    return new RequestOutcome.Unwritable(outcome, fault);
  }

  /** The metadata name the topic, so that nobody takes the offset for another topic's. */
  private OffsetAndMetadata behind(PendingRequest request) {
    return new OffsetAndMetadata(
        request.offset() + 1, request.record().leaderEpoch(), requestsId.get());
  }
}
