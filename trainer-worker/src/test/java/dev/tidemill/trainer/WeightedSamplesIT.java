package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.LossSpec;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Trains on records whose samples have weights. */
@WithKafka
class WeightedSamplesIT {
  private static final int SAMPLES = 16;

  private final KafkaCluster kafka;

  WeightedSamplesIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** Steps of 8: with records of 5 and 11 samples, they begin and end within records. */
  @Test
  void stepsThatSpanRecordsUseTheWeights() throws Exception {
    ByteBuffer aligned = trained(LinearEngine.spec(), true, 8, 8);
    assertThat(trained(LinearEngine.spec(), true, 5, 11)).isEqualTo(aligned);
    assertThat(trained(LinearEngine.spec(), false, 8, 8)).isNotEqualTo(aligned);
  }

  /** The epoch's weights are summed before its first step. */
  @Test
  void fullBatchIsOneStepOverAllWeights() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    ModelSpec step = LinearEngine.spec().withOverrides(Map.of("batch-size", "16"));
    assertThat(trained(full, true, 5, 11)).isEqualTo(trained(step, true, 8, 8));
  }

  @Test
  void refusesBalancedClassWeightsWithoutCounts() {
    LossSpec balanced = new LossSpec(LossType.CROSS_ENTROPY, 0, List.of(), true);
    ModelSpec spec = LinearEngine.spec().withLoss(balanced);
    assertThatThrownBy(() -> trained(spec, false, 8))
        .hasCauseInstanceOf(InvalidSpecException.class)
        .cause()
        .hasMessageContaining("class_weights: balanced needs the number of labels of each class");
  }

  /** Returns the state after one epoch over the same samples in records of these sizes. */
  private ByteBuffer trained(ModelSpec spec, boolean weighted, int... sizes) throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    int first = 0;
    for (int size : sizes) {
      records.add(on.record(0, batch(first, size, weighted)));
      first += size;
    }
    on.sendAll(records);
    TestTrainer.start(on, spec, new LinearEngine(), "trainer.epochs", "1").finished().close();
    return on.state(on.newest()).data();
  }

  private static TrainingBatch batch(int first, int size, boolean weighted) {
    float[] features = new float[SAMPLES * LinearEngine.FEATURES];
    int[] labels = new int[SAMPLES];
    float[] weights = new float[SAMPLES];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) Math.sin(i);
    }
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % LinearEngine.CLASSES;
      weights[i] = 0.25f * (1 + i * 7 % 5);
    }
    TrainingBatch batch =
        ModelTopics.batch(
            Arrays.copyOfRange(
                features, first * LinearEngine.FEATURES, (first + size) * LinearEngine.FEATURES),
            Arrays.copyOfRange(labels, first, first + size));
    if (weighted) {
      batch.setWeights(
          Tensors.float32(new long[] {size}, Arrays.copyOfRange(weights, first, first + size)));
    }
    return batch;
  }
}
