package dev.tidemill.benchmarks.watching;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Requests, their answers, what labels say of these, and requests that are refused. */
final class ServingRecords {
  /** Requests between a request and its label. */
  private static final int LABEL_LAG = 2_000;

  private final String model;
  private final String requests;
  private final Tensor inputs =
      Tensors.float32(
          new long[] {1, TrainingRecords.FEATURES}, new float[TrainingRecords.FEATURES]);

  /**
   * @param requests the topic
   */
  ServingRecords(String model, String requests) {
    this.model = model;
    this.requests = requests;
  }

  PredictionRequest request(String id, Instant now) {
    return PredictionRequest.newBuilder()
        .setRequestId(id)
        .setInputs(inputs)
        .setCreatedAt(now)
        .build();
  }

  Prediction prediction(long number, long version, Instant now) {
    float[] outputs = new float[TrainingRecords.CLASSES];
    int label = (int) (number % TrainingRecords.CLASSES);
    outputs[label] = 1;
    return Prediction.newBuilder()
        .setRequestId("r-" + number)
        .setRequestPartition(0)
        .setRequestOffset(number)
        .setModel(model)
        .setModelVersion(version)
        .setVersionAgeMs(1_000)
        .setLabel(label)
        .setOutputs(new FloatList(outputs))
        .setQueuedUs(500 + number % 1_000)
        .setComputedUs(200)
        .setBatchSize(8)
        .setRequestedAt(now)
        .setCreatedAt(now)
        .setWorker("inference-1")
        .build();
  }

  Label label(long number, Instant now) {
    long labeled = Math.max(0, number - LABEL_LAG);
    return Label.newBuilder()
        .setRequestId("r-" + labeled)
        .setLabel((int) (labeled % TrainingRecords.CLASSES))
        .setCreatedAt(now)
        .build();
  }

  DeadLetter letter(long number, Instant now) {
    return DeadLetter.newBuilder()
        .setTopic(requests)
        .setPartition(0)
        .setOffset(number)
        .setReason("request 'r-%d': no value for the feature 'a'".formatted(number))
        .setWorker("inference-1")
        .setValue(ByteBuffer.allocate(100))
        .setCreatedAt(now)
        .build();
  }
}
