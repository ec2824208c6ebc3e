package dev.tidemill.benchmarks.watching;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one record after another to each of a model's busy topics, at a steady rate, as workers
 * and callers would: batches, requests, predictions, labels, dead letters and progress.
 */
final class TopicLoad {
  private static final int CLASSES = 10;
  private static final int FEATURES = 16;

  /** Requests between a request and its label. */
  private static final int LABEL_LAG = 2_000;

  /** A version answers this many requests. */
  private static final int VERSION_REQUESTS = 10_000;

  private final ModelContext context;
  private final int perSecond;
  private final Tensor inputs = Tensors.float32(new long[] {1, FEATURES}, new float[FEATURES]);
  private long sent;
  private volatile @Nullable Exception failure;

  TopicLoad(ModelContext context, int perSecond) {
    this.context = context;
    this.perSecond = perSecond;
  }

  /** Returns the number of records that each topic has got. */
  long sent() {
    return sent;
  }

  /** Writes for some seconds, and calls back about once a second. */
  void run(double seconds, Runnable eachSecond) {
    long began = System.nanoTime();
    long end = (long) (seconds * perSecond);
    long called = 0;
    try (Producer<byte[], byte[]> producer = context.clients().bulkProducer("bench-load")) {
      for (long number = 0; number < end; ) {
        double elapsed = (System.nanoTime() - began) / 1e9;
        long due = Math.min(end, (long) (elapsed * perSecond));
        while (number < due) {
          send(producer, sent++);
          number++;
        }
        if ((long) elapsed > called) {
          called = (long) elapsed;
          eachSecond.run();
        }
        LockSupport.parkNanos(2_000_000);
      }
      producer.flush();
    }
    Exception failed = failure;
    if (failed != null) {
      throw new BenchmarkException("a record was not written", failed);
    }
  }

  private void send(Producer<byte[], byte[]> producer, long number) {
    Instant now = Instant.now();
    String id = "r-" + number;
    int label = (int) (number % CLASSES);
    write(producer, context.topics().batches(), id, batch(number, label, now));
    write(producer, context.topics().requests(), id, request(id, now));
    write(producer, context.topics().predictions(), id, prediction(id, number, label, now));
    long labeled = Math.max(0, number - LABEL_LAG);
    write(producer, context.topics().labels(), "r-" + labeled, label("r-" + labeled, labeled, now));
    write(producer, context.topics().deadLetters(), id, letter(number, now));
    write(producer, context.topics().progress(), "trainer-1", progress(number, now));
  }

  // The callback has the result.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void write(
      Producer<byte[], byte[]> producer, String topic, String key, SpecificRecord value) {
    producer.send(
        context.codec().record(topic, 0, key.getBytes(StandardCharsets.UTF_8), value, List.of()),
        (metadata, fault) -> failure = fault == null ? failure : fault);
  }

  private TrainingBatch batch(long number, int label, Instant now) {
    return TrainingBatch.newBuilder()
        .setSource("bench")
        .setSequence(number)
        .setFirstSample(number)
        .setInputs(inputs)
        .setLabels(Tensors.int32(new long[] {1}, new int[] {label}))
        .setCreatedAt(now)
        .build();
  }

  private PredictionRequest request(String id, Instant now) {
    return PredictionRequest.newBuilder()
        .setRequestId(id)
        .setInputs(inputs)
        .setCreatedAt(now)
        .build();
  }

  private Prediction prediction(String id, long number, int label, Instant now) {
    float[] outputs = new float[CLASSES];
    outputs[label] = 1;
    return Prediction.newBuilder()
        .setRequestId(id)
        .setRequestPartition(0)
        .setRequestOffset(number)
        .setModel(context.model())
        .setModelVersion(1 + number / VERSION_REQUESTS)
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

  private static Label label(String id, long number, Instant now) {
    return Label.newBuilder()
        .setRequestId(id)
        .setLabel((int) (number % CLASSES))
        .setCreatedAt(now)
        .build();
  }

  private DeadLetter letter(long number, Instant now) {
    return DeadLetter.newBuilder()
        .setTopic(context.topics().requests())
        .setPartition(0)
        .setOffset(number)
        .setReason("request 'r-%d': no value for the feature 'a'".formatted(number))
        .setWorker("inference-1")
        .setValue(ByteBuffer.allocate(100))
        .setCreatedAt(now)
        .build();
  }

  private ProgressEvent progress(long number, Instant now) {
    return ProgressEvent.newBuilder()
        .setEvent(
            TrainingProgress.newBuilder()
                .setModel(context.model())
                .setWorker("trainer-1")
                .setPhase(TrainerPhase.TRAINING)
                .setEpoch(1)
                .setSteps(number)
                .setSamples(number)
                .setSamplesPerSecond(perSecond)
                .setLoss(0.1)
                .setAccuracy(0.9)
                .setLearningRate(0.01)
                .setVersion(1 + number / VERSION_REQUESTS)
                .setRefusedRecords(0)
                .setCreatedAt(now)
                .build())
        .build();
  }
}
