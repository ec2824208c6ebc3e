package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares training of LeNet with PyTorch's runs from the same weights over the same images. */
public abstract class ReferenceTrajectory {
  private static final int BATCH = 64;
  private static final int TRAINING_IMAGES = 8000;
  private static final int TEST_IMAGES = 2000;

  private final Engine engine;

  /**
   * @param engine the engine to test
   */
  protected ReferenceTrajectory(Engine engine) {
    this.engine = engine;
  }

  @Test
  protected void matchesPyTorchWithSgdAndMomentum() {
    assertMatches("lenet-sgd-momentum", new OptimizerSpec.Sgd(0.01, 0.9, 0, false, 0));
  }

  @Test
  protected void matchesPyTorchWithAdam() {
    assertMatches("lenet-adam", new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-8, 0, false));
  }

  private void assertMatches(String run, OptimizerSpec optimizer) {
    String json = SharedFiles.text("reference/" + run + "/reference.json");
    ModelSpec spec = ModelSpec.load("lenet").withOptimizer(optimizer);
    ModelState state = ModelState.allocate(spec);
    ReferenceFiles.readParameters(
        SharedFiles.bytes("reference/" + run + "/init.safetensors"), state);
    Images images = Images.mnist();
    try (TrainableModel model = engine.create(state, 1)) {
      assertLossesMatch(model, images, ReferenceFiles.numbers(json, "losses"));
      StepMetrics metrics = new StepMetrics();
      model.evaluate(images.batch(TRAINING_IMAGES, TEST_IMAGES), metrics);
      double accuracy = ReferenceFiles.numbers(json, "accuracy_on_images_8000_to_9999").get(0);
      assertThat((double) metrics.correct() / metrics.samples()).isCloseTo(accuracy, within(0.002));
      model.beginSnapshot(state).await();
    }
    ModelState end = ModelState.allocate(spec);
    ReferenceFiles.readParameters(
        SharedFiles.bytes("reference/" + run + "/final.safetensors"), end);
    FloatBuffer ours = state.data().asFloatBuffer();
    FloatBuffer theirs = end.data().asFloatBuffer();
    for (int i = 0; i < state.layout().parameterLength(); i++) {
      assertThat(ours.get(i)).as("parameter %d", i).isCloseTo(theirs.get(i), within(1e-3f));
    }
    assertPredictionsMatch(
        end, images, ReferenceFiles.numbers(json, "logits_of_images_8000_to_8007"));
  }

  private static void assertLossesMatch(TrainableModel model, Images images, List<Double> losses) {
    StepMetrics metrics = new StepMetrics();
    for (int i = 0; i < losses.size(); i++) {
      model.step(images.batch(i * BATCH % TRAINING_IMAGES, BATCH));
      model.drainMetrics(metrics);
      assertThat(metrics.loss() / losses.get(i)).as("loss %d", i).isCloseTo(1, within(1e-3));
    }
    assertThat(model.steps()).isEqualTo(losses.size());
  }

  private void assertPredictionsMatch(ModelState end, Images images, List<Double> logits) {
    FloatBuffer answers = FloatBuffer.allocate(8 * 10);
    try (ServableModel servable = engine.load(end, 8)) {
      servable.predict(images.batch(TRAINING_IMAGES, 8), answers);
    }
    for (int i = 0; i < 8; i++) {
      List<Double> theirs = logits.subList(i * 10, i * 10 + 10);
      double sum = theirs.stream().mapToDouble(Math::exp).sum();
      for (int k = 0; k < 10; k++) {
        double probability = Math.exp(theirs.get(k)) / sum;
        assertThat((double) answers.get(i * 10 + k)).isCloseTo(probability, within(1e-5));
      }
    }
  }

  /** Images and labels, in batches. */
  private record Images(ByteBuffer pixels, ByteBuffer labels, TensorBatch batch) {

    static Images mnist() {
      ByteBuffer bytes = SharedFiles.idx("data/mnist/t10k-labels-idx1-ubyte.gz");
      ByteBuffer labels =
          ByteBuffer.allocate(bytes.limit() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < bytes.limit(); i++) {
        labels.putInt(i * Integer.BYTES, bytes.get(i));
      }
      return new Images(
          SharedFiles.idx("data/mnist/t10k-images-idx3-ubyte.gz"), labels, new TensorBatch());
    }

    TensorBatch batch(int first, int count) {
      batch.clear();
      batch.add(ElementType.UINT8, pixels, 1, 0, ElementType.INT32, labels, first, count);
      return batch;
    }
  }
}
