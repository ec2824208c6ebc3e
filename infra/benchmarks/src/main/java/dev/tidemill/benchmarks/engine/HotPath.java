package dev.tidemill.benchmarks.engine;

import dev.tidemill.engine.ElementType;
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
import java.nio.FloatBuffer;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The work for every sample, as JMH calls it: LeNet, {@link #SAMPLES} samples a call, or one
 * request. Decoding and answering use the same public classes as the workers.
 */
@State(Scope.Thread)
public class HotPath {
  static final int SAMPLES = 32;

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
  private long calls;

  @TearDown
  public void end() {
    learning.close();
    serving.close();
  }

  /** Runs one step of the engine. */
  @Benchmark
  public void step() {
    samples.fill(batch, calls++, SAMPLES);
    learning.step(batch);
  }

  /** Computes one micro-batch of the engine. */
  @Benchmark
  public float predict() {
    samples.fill(batch, calls++, SAMPLES);
    serving.predict(batch, outputs.clear());
    return outputs.get(0);
  }

  /** Decodes and checks one batch record, from Kafka's bytes to a step's input. */
  @Benchmark
  public int decode() {
    TrainingBatch record = codec.decode(trainingRecord, TrainingBatch.class);
    TensorView inputs = view(record.getInputs());
    TensorView labels = view(record.getLabels());
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
    return batch.size();
  }

  /** Answers one request, from Kafka's bytes to the bytes of its answer, in its own micro-batch. */
  @Benchmark
  public ProducerRecord<byte[], byte[]> answer() {
    PredictionRequest asked = codec.decode(request, PredictionRequest.class);
    TensorView input = view(asked.getInputs());
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

  private static TensorView view(Tensor tensor) {
    return new TensorView(
        ElementType.valueOf(tensor.getDtype().name()),
        tensor.getShape(),
        tensor.getData(),
        tensor.getScale(),
        tensor.getOffset());
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new IllegalStateException("the benchmark's own sample is rejected");
    }
  }
}
