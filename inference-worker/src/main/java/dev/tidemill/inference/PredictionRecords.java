package dev.tidemill.inference;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Builds prediction and dead-letter records from request outcomes. */
final class PredictionRecords {
  /** Limit in characters, because a reason may quote the request. */
  private static final int MAX_REASON_LENGTH = 1000;

  /** The shortest answer keeps a key up to this size. */
  private static final int MAX_BRIEF_KEY_BYTES = 1024;

  private final String model;
  private final String worker;
  private final String topic;
  private final RecordCodec codec;
  private final DeadLetters deadLetters;
  private final Supplier<String> requestsId;
  private final Clock clock;

  /**
   * Creates the builder for the answers of one worker.
   *
   * @param topic the model's predictions topic, with as many partitions as its requests topic
   * @param requestsId returns the id of the requests topic
   */
  PredictionRecords(
      String model,
      String worker,
      String topic,
      RecordCodec codec,
      DeadLetters deadLetters,
      Supplier<String> requestsId,
      Clock clock) {
    this.model = model;
    this.worker = worker;
    this.topic = topic;
    this.codec = codec;
    this.deadLetters = deadLetters;
    this.requestsId = requestsId;
    this.clock = clock;
  }

  /**
   * Returns the outcome, or that the request's deadline has passed while it was computed. Call it
   * right before {@link #add}.
   */
  RequestOutcome inTime(RequestOutcome outcome) {
    if (outcome instanceof RequestOutcome.Answered answered) {
      RequestDeadline deadline = answered.pending().deadline();
      long now = deadline == null ? 0 : clock.millis();
      if (deadline != null && deadline.hasPassed(now)) {
        return new RequestOutcome.Expired(
            answered.pending(),
            answered.request(),
            "deadline exceeded: it passed %d ms before the answer was written"
                .formatted(now - deadline.epochMillis()));
      }
    }
    return outcome;
  }

  /**
   * Adds the records of an outcome: an answer, or an error answer and a dead letter, or only one of
   * these.
   */
  void add(RequestOutcome outcome, List<ProducerRecord<byte[], byte[]>> to) {
    ConsumerRecord<byte[], byte[]> requestRecord = outcome.pending().record();
    if (outcome instanceof RequestOutcome.Answered answered) {
      to.add(record(requestRecord, prediction(answered)));
    } else if (outcome instanceof RequestOutcome.Refused refused) {
      to.add(record(requestRecord, refusal(refused.pending(), refused.request(), refused.fault())));
      to.add(deadLetters.of(requestRecord, reason(refused.request(), refused.fault())));
    } else if (outcome instanceof RequestOutcome.Expired expired) {
      to.add(record(requestRecord, refusal(expired.pending(), expired.request(), expired.fault())));
    } else if (outcome instanceof RequestOutcome.Undecodable undecodable) {
      to.add(deadLetters.of(requestRecord, undecodable.fault()));
    } else if (outcome instanceof RequestOutcome.Unwritable unwritable) {
      addBrief(unwritable, to);
    } else {
      throw new IllegalStateException("unknown outcome: " + outcome);
    }
  }

  /** Adds records without anything that the caller or the model can make large. */
  private void addBrief(
      RequestOutcome.Unwritable unwritable, List<ProducerRecord<byte[], byte[]>> to) {
    ConsumerRecord<byte[], byte[]> requestRecord = unwritable.pending().record();
    PredictionRequest request = unwritable.pending().request();
    String fault = brief(unwritable.fault());
    if (request == null) {
      to.add(deadLetters.bare(requestRecord, fault));
      return;
    }
    byte[] key = requestRecord.key();
    byte[] briefKey = key != null && key.length <= MAX_BRIEF_KEY_BYTES ? key : null;
    Prediction refusal = refusal(unwritable.pending(), request, fault);
    to.add(codec.record(topic, requestRecord.partition(), briefKey, refusal));
    to.add(deadLetters.bare(requestRecord, reason(request, fault)));
  }

  private static String reason(PredictionRequest request, String fault) {
    return "request '%s': %s".formatted(request.getRequestId(), fault);
  }

  private static String brief(String reason) {
    return reason.length() <= MAX_REASON_LENGTH
        ? reason
        : reason.substring(0, MAX_REASON_LENGTH) + "…";
  }

  private Prediction prediction(RequestOutcome.Answered answered) {
    Prediction prediction = newPrediction(answered.pending(), answered.request());
    RequestOutcome.Timing timing = answered.timing();
    long age = prediction.getCreatedAt().toEpochMilli() - answered.versionCreatedAt();
    prediction.setModelVersion(answered.version());
    prediction.setVersionAgeMs(Math.max(0, age));
    if (answered.isClass()) {
      int label = mostProbable(answered.outputs());
      prediction.setLabel(label);
      prediction.setLabelName(
          label < answered.classes().size() ? answered.classes().get(label) : null);
    }
    prediction.setOutputs(answered.outputs());
    prediction.setQueuedUs(timing.queuedNanos() / 1000);
    prediction.setComputedUs(timing.computedNanos() / 1000);
    prediction.setBatchSize(timing.batchSize());
    return prediction;
  }

  private Prediction refusal(PendingRequest pending, PredictionRequest request, String fault) {
    Prediction prediction = newPrediction(pending, request);
    prediction.setOutputs(List.of());
    prediction.setError(fault);
    return prediction;
  }

  /** Uses setters, because a builder boxes every number. */
  private Prediction newPrediction(PendingRequest pending, PredictionRequest request) {
    Prediction prediction = new Prediction();
    prediction.setRequestId(request.getRequestId());
    prediction.setRequestTopicId(requestsId.get());
    prediction.setRequestPartition(pending.record().partition());
    prediction.setRequestOffset(pending.offset());
    prediction.setModel(model);
    prediction.setRequestedAt(request.getCreatedAt());
    prediction.setCreatedAt(clock.instant());
    prediction.setWorker(worker);
    return prediction;
  }

  /**
   * Uses the request's partition number, so that a caller reads only the partitions that it sends
   * to.
   */
  private ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> requestRecord, Prediction answer) {
    return codec.record(
        topic, requestRecord.partition(), requestRecord.key(), answer, requestRecord.headers());
  }

  private static int mostProbable(FloatList probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      if (probabilities.at(i) > probabilities.at(best)) {
        best = i;
      }
    }
    return best;
  }
}
