package dev.tidemill.benchmarks.engine;

import com.sun.management.ThreadMXBean;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.checkpoints.TensorViews;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Participant: the work for every sample of LeNet. Decoding and answering use the same public
 * classes as the workers.
 */
final class HotPath {
  private static final int SAMPLES = 32;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final TensorBatch batch = new TensorBatch();
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final ComparedNetwork network = ComparedNetwork.of("lenet");
  private final Samples samples = network.samples();
  private final FloatBuffer outputs = FloatBuffer.allocate(SAMPLES * 10);
  private final SampleCheck check = new SampleCheck(network.network());
  private final TrainableModel learning = Engines.named("dl4j").create(network.state(), 1);
  private final ServableModel serving = Engines.named("dl4j").load(network.state(), SAMPLES);
  private final ConsumerRecord<byte[], byte[]> trainingRecord = trainingRecord();
  private final ConsumerRecord<byte[], byte[]> request = request();

  /** Keeps what a part returns, so that the JVM does not optimize its work away. */
  private final AtomicReference<Object> result = new AtomicReference<>();

  /** What is called. */
  enum Part {
    STEP("engine, training step of 32", SAMPLES, true),
    PREDICT("engine, micro-batch of 32", SAMPLES, true),
    DECODE("batch record of 32 to the engine's input", SAMPLES, false),
    ANSWER("request to the bytes of its answer", 1, false);

    final String text;
    final int samples;

    /** Whether it is the engine alone, which should allocate nothing. */
    final boolean isEngine;

    Part(String text, int samples, boolean isEngine) {
      this.text = text;
      this.samples = samples;
      this.isEngine = isEngine;
    }
  }

  /** One round. */
  record Order(Part part, double seconds) {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), Order.class, new HotPath()::bytesPerSample);
  }

  /** Returns the bytes that all threads allocate for a sample. */
  private double bytesPerSample(Order order) {
    long before = allocated();
    TimedRound round =
        TimedRound.run(1, order.seconds(), call -> call(order.part(), call), () -> {});
    return (allocated() - before) / (double) round.steps() / order.part().samples;
  }

  private void call(Part part, long number) {
    result.set(
        switch (part) {
          case STEP -> step(number);
          case PREDICT -> predict(number);
          case DECODE -> decode();
          case ANSWER -> answer();
        });
  }

  private static long allocated() {
    return LongStream.of(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())).sum();
  }

  /** Runs one step of the engine. */
  private Object step(long number) {
    samples.fill(batch, number, SAMPLES);
    learning.step(batch);
    return batch;
  }

  /** Computes one micro-batch of the engine. */
  private Object predict(long number) {
    samples.fill(batch, number, SAMPLES);
    serving.predict(batch, outputs.clear());
    return outputs;
  }

  /** Decodes and checks one batch record, from Kafka's bytes to a step's input. */
  private Object decode() {
    TrainingBatch record = codec.decode(trainingRecord, TrainingBatch.class);
    TensorView inputs = TensorViews.of(record.getInputs());
    TensorView labels = TensorViews.of(record.getLabels());
    require(check.batch(inputs, labels).isEmpty());
    batch.clear();
    batch.add(
        inputs.type(),
        inputs.data(),
        inputs.scale(),
        inputs.offset(),
        labels.type(),
        labels.data(),
        0,
        SAMPLES);
    return batch;
  }

  /** Answers one request, from Kafka's bytes to the bytes of its answer, in its own micro-batch. */
  private Object answer() {
    PredictionRequest asked = codec.decode(request, PredictionRequest.class);
    TensorView input = TensorViews.of(asked.getInputs());
    require(check.request(input).isEmpty());
    batch.clear();
    batch.add(input.type(), input.data(), input.scale(), input.offset(), 0, 1);
    serving.predict(batch, outputs.clear());
    float[] values = new float[10];
    outputs.rewind().get(values);
    Prediction prediction = new Prediction();
    prediction.setRequestId(asked.getRequestId());
    prediction.setRequestTopicId("5zcNh1JXRtmSn8vQ2bCq3w");
    prediction.setRequestPartition(0);
    prediction.setRequestOffset(request.offset());
    prediction.setModel("digits");
    prediction.setRequestedAt(asked.getCreatedAt());
    prediction.setCreatedAt(Instant.now());
    prediction.setWorker("worker");
    prediction.setModelVersion(1);
    prediction.setLabel(0);
    prediction.setOutputs(new FloatList(values));
    prediction.setBatchSize(1);
    return codec.record("predictions", 0, request.key(), prediction, request.headers());
  }

  private ConsumerRecord<byte[], byte[]> trainingRecord() {
    return received(codec.record("batches", new byte[8], samples.record(0, SAMPLES)));
  }

  private ConsumerRecord<byte[], byte[]> request() {
    byte[] pixels = new byte[28 * 28];
    samples.inputs().get(0, pixels);
    Tensor inputs = Tensors.uint8(new long[] {1, 28, 28}, pixels);
    String id = "00000000-0000-0000-0000-000000000000";
    PredictionRequest asked = new PredictionRequest(id, inputs, null, Instant.EPOCH);
    return received(codec.record("requests", new byte[8], asked));
  }

  private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
    return new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new IllegalStateException("the benchmark's own sample is rejected");
    }
  }
}
