package dev.tidemill.engine.dl4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Compares each loss with DL4J's own, and checks the handling of NaN. */
class StockLossTest {
  @BeforeAll
  static void loadNatives() {
    NativeLibraries.load();
  }

  private static final int BATCH = 5;
  private static final int OUTPUTS = 7;

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @Test
  void crossEntropyMatchesDl4j() {
    Signal logits = bench.signal(BATCH * OUTPUTS);
    ByteBuffer labels = bytes(BATCH);
    INDArray oneHot = Nd4j.create(DataType.FLOAT, BATCH, OUTPUTS);
    for (int i = 0; i < BATCH; i++) {
      int label = i * i % OUTPUTS;
      labels.putInt(i * Integer.BYTES, label);
      oneHot.putScalar(i, label, 1);
    }
    Targets targets = new Targets(BATCH, 1, OUTPUTS, true);
    targets.read(batch(ElementType.INT32, labels));
    Loss loss = new CrossEntropy(BATCH, 1, OUTPUTS, logits, ClassTargets.ONE_HOT);
    assertSame(loss, targets, logits, new LossMCXENT(), oneHot, new ActivationSoftmax());
  }

  @Test
  void meanSquaredErrorMatchesDl4j() {
    Signal outputs = bench.signal(BATCH * OUTPUTS);
    float[] expectedValues = KernelBench.read(bench.random(BATCH * OUTPUTS));
    ByteBuffer values = bytes(BATCH * OUTPUTS);
    values.asFloatBuffer().put(expectedValues);
    Targets targets = new Targets(BATCH, OUTPUTS, OUTPUTS, false);
    targets.read(batch(ElementType.FLOAT32, values));
    Loss loss = new MeanSquaredError(BATCH, OUTPUTS, outputs);
    INDArray expected = Nd4j.create(expectedValues, new long[] {BATCH, OUTPUTS}, 'c');
    assertSame(loss, targets, outputs, new LossMSE(), expected, new ActivationIdentity());
  }

  private static void assertSame(
      Loss loss,
      Targets targets,
      Signal outputs,
      ILossFunction stock,
      INDArray labels,
      IActivation activation) {
    loss.differentiate(targets, BATCH);
    INDArray values = outputs.values().array(BATCH, OUTPUTS);
    double score = stock.computeScore(labels, values.dup(), activation, null, true);
    assertThat(loss.lossSum() / BATCH).isCloseTo(score, within(1e-5));
    INDArray gradient = stock.computeGradient(labels, values.dup(), activation, null);
    float[] expected = gradient.divi(BATCH).dup('c').data().asFloat();
    assertThat(KernelBench.read(outputs.requiredGradient()))
        .containsExactly(expected, within(1e-6f));
  }

  @Test
  void lossOfASequenceIsTheMeanOverItsPositions() {
    Signal logits = bench.signal(BATCH * OUTPUTS);
    Signal sampleLogits = new Signal(logits.values(), bench.random(BATCH * OUTPUTS));
    Targets sequence = new Targets(1, BATCH, OUTPUTS, true);
    Targets samples = new Targets(BATCH, 1, OUTPUTS, true);
    ByteBuffer labels = bytes(BATCH).putInt(4, 3).putInt(12, 6);
    samples.read(batch(ElementType.INT32, labels));
    TensorBatch one = new TensorBatch();
    one.add(ElementType.FLOAT32, bytes(1), 1, 0, ElementType.INT32, labels, 0, 1);
    sequence.read(one);
    Loss sequenceLoss = new CrossEntropy(1, BATCH, OUTPUTS, logits, ClassTargets.ONE_HOT);
    Loss sampleLoss = new CrossEntropy(BATCH, 1, OUTPUTS, sampleLogits, ClassTargets.ONE_HOT);
    sequenceLoss.differentiate(sequence, 1);
    sampleLoss.differentiate(samples, BATCH);
    assertThat(sequenceLoss.lossSum()).isCloseTo(sampleLoss.lossSum() / BATCH, within(1e-9));
    assertThat(sequenceLoss.correct()).isEqualTo(sampleLoss.correct());
    assertThat(KernelBench.read(logits.requiredGradient()))
        .isEqualTo(KernelBench.read(sampleLogits.requiredGradient()));
  }

  @Test
  void nanLogitsGiveANanLossAndNoCorrectPrediction() {
    Signal logits = bench.signal(BATCH * OUTPUTS);
    for (int i = 0; i < BATCH; i++) {
      logits.values().buffer().put(i * OUTPUTS + 2, Float.NaN);
    }
    Targets targets = new Targets(BATCH, 1, OUTPUTS, true);
    targets.read(batch(ElementType.INT32, bytes(BATCH)));
    Loss loss = new CrossEntropy(BATCH, 1, OUTPUTS, logits, ClassTargets.ONE_HOT);
    loss.evaluate(targets);
    assertThat(loss.lossSum()).isNaN();
    assertThat(loss.correct()).isZero();
  }

  private static TensorBatch batch(ElementType type, ByteBuffer labels) {
    TensorBatch batch = new TensorBatch();
    batch.add(ElementType.FLOAT32, bytes(1), 1, 0, type, labels, 0, BATCH);
    return batch;
  }

  private static ByteBuffer bytes(int values) {
    return ByteBuffer.allocate(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
