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

/** Makes the records that tell what came of requests. */
final class PredictionRecords {
  /** A reason quotes what was sent. */
  private static final int MAX_REASON_LENGTH = 1000;

  /** The briefest answer keeps a key only if it is short. */
  private static final int MAX_BRIEF_KEY_BYTES = 1024;

  private final String model;
  private final String worker;
  private final String topic;
  private final RecordCodec codec;
  private final DeadLetters deadLetters;
  private final Supplier<String> requestsId;
  private final Clock clock;

  /**
   * Answers of one worker.
   *
   * @param topic the model's topic of predictions, with as many partitions as its requests
   * @param requestsId id of the topic that holds the requests
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
   * Adds one answer, or one answer that says why there is none and a dead letter, or the latter
   * only.
   */
  void add(RequestOutcome outcome, List<ProducerRecord<byte[], byte[]>> to) {
    ConsumerRecord<byte[], byte[]> asked = outcome.pending().record();
    if (outcome instanceof RequestOutcome.Answered answered) {
      to.add(record(asked, prediction(answered)));
    } else if (outcome instanceof RequestOutcome.Refused refused) {
      to.add(record(asked, refusal(refused.pending(), refused.request(), refused.fault())));
      to.add(deadLetters.of(asked, reason(refused.request(), refused.fault())));
    } else if (outcome instanceof RequestOutcome.Undecodable undecodable) {
      to.add(deadLetters.of(asked, undecodable.fault()));
    } else if (outcome instanceof RequestOutcome.Unwritable unwritable) {
      addBrief(unwritable, to);
    } else {
      throw new IllegalStateException("no such outcome: " + outcome);
    }
  }

  /** Nothing that the caller or the model can make large. */
  private void addBrief(
      RequestOutcome.Unwritable unwritable, List<ProducerRecord<byte[], byte[]>> to) {
    ConsumerRecord<byte[], byte[]> asked = unwritable.pending().record();
    PredictionRequest request = unwritable.pending().request();
    String fault = brief(unwritable.fault());
    if (request == null) {
      to.add(deadLetters.bare(asked, fault));
      return;
    }
    byte[] key = asked.key();
    byte[] briefKey = key != null && key.length <= MAX_BRIEF_KEY_BYTES ? key : null;
    Prediction refusal = refusal(unwritable.pending(), request, fault);
    to.add(codec.record(topic, asked.partition(), briefKey, refusal));
    to.add(deadLetters.bare(asked, reason(request, fault)));
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
    Prediction prediction = begun(answered.pending(), answered.request());
    RequestOutcome.Timing timing = answered.timing();
    long age = prediction.getCreatedAt().toEpochMilli() - answered.versionCreatedAt();
    prediction.setModelVersion(answered.version());
    prediction.setVersionAgeMs(Math.max(0, age));
    prediction.setLabel(answered.isClass() ? mostProbable(answered.outputs()) : null);
    prediction.setOutputs(answered.outputs());
    prediction.setQueuedUs(timing.queuedNanos() / 1000);
    prediction.setComputedUs(timing.computedNanos() / 1000);
    prediction.setBatchSize(timing.batchSize());
    return prediction;
  }

  private Prediction refusal(PendingRequest pending, PredictionRequest request, String fault) {
    Prediction prediction = begun(pending, request);
    prediction.setOutputs(List.of());
    prediction.setError(fault);
    return prediction;
  }

  /** By the setters: a builder makes an object of every number. */
  private Prediction begun(PendingRequest pending, PredictionRequest request) {
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

  /** In the partition of the request's number, so that a caller reads just those it asks in. */
  private ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> asked, Prediction answer) {
    return codec.record(topic, asked.partition(), asked.key(), answer, asked.headers());
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
