package dev.tidemill.inference;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes the records that tell what came of requests. */
final class Answers {
  private final String model;
  private final String worker;
  private final String topic;
  private final RecordCodec codec;
  private final DeadLetters deadLetters;
  private final Clock clock;

  /**
   * Answers of one worker.
   *
   * @param topic the model's topic of predictions, with as many partitions as its requests
   */
  Answers(
      String model,
      String worker,
      String topic,
      RecordCodec codec,
      DeadLetters deadLetters,
      Clock clock) {
    this.model = model;
    this.worker = worker;
    this.topic = topic;
    this.codec = codec;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /**
   * One answer, or one answer that says why there is none and a dead letter, or the latter only.
   */
  List<ProducerRecord<byte[], byte[]>> of(Outcome outcome) {
    ConsumerRecord<byte[], byte[]> asked = outcome.pending().record();
    if (outcome instanceof Outcome.Answered answered) {
      return List.of(record(asked, prediction(answered)));
    } else if (outcome instanceof Outcome.Refused refused) {
      return List.of(
          record(asked, refusal(refused)),
          deadLetters.of(
              asked,
              "request '%s': %s".formatted(refused.request().getRequestId(), refused.fault())));
    } else if (outcome instanceof Outcome.Undecodable undecodable) {
      return List.of(deadLetters.of(asked, undecodable.fault()));
    }
    throw new IllegalStateException("no such outcome: " + outcome);
  }

  private Prediction prediction(Outcome.Answered answered) {
    Instant now = clock.instant();
    Outcome.Timing timing = answered.timing();
    return builder(answered.request(), now)
        .setModelVersion(answered.version())
        .setVersionAgeMs(Math.max(0, now.toEpochMilli() - answered.versionCreatedAt()))
        .setLabel(answered.isClass() ? mostProbable(answered.outputs()) : null)
        .setOutputs(answered.outputs())
        .setQueuedUs(timing.queuedNanos() / 1000)
        .setComputedUs(timing.computedNanos() / 1000)
        .setBatchSize(timing.batchSize())
        .build();
  }

  private Prediction refusal(Outcome.Refused refused) {
    return builder(refused.request(), clock.instant())
        .setModelVersion(0)
        .setVersionAgeMs(0)
        .setOutputs(List.of())
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(0)
        .setError(refused.fault())
        .build();
  }

  private Prediction.Builder builder(PredictionRequest request, Instant now) {
    return Prediction.newBuilder()
        .setRequestId(request.getRequestId())
        .setModel(model)
        .setRequestedAt(request.getCreatedAt())
        .setCreatedAt(now)
        .setWorker(worker);
  }

  /** In the partition of the request's number, so that a caller reads just those it asks in. */
  private ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> asked, Prediction answer) {
    ProducerRecord<byte[], byte[]> record =
        codec.record(topic, asked.key(), answer, asked.headers());
    return new ProducerRecord<>(
        topic, asked.partition(), record.key(), record.value(), record.headers());
  }

  private static int mostProbable(List<Float> probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      if (probabilities.get(i) > probabilities.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
