package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.testbed.ChildJvm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * Checks that a process that exits while libtorch loads or computes ends with its exit status. The
 * exit destroys libtorch's static objects, which would crash threads that still use them.
 */
class EndWhileComputingIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int STATUS = 3;

  @Test
  void exitsWhileLibrariesLoad() throws InterruptedException {
    try (ChildJvm child = ChildJvm.start(Loading.class.getName(), List.of(), Map.of())) {
      assertThat(child.awaitExit(LIMIT)).isEqualTo(STATUS);
    }
  }

  @Test
  void exitsAfterTheRunningStep() throws InterruptedException {
    try (ChildJvm child = ChildJvm.start(Computing.class.getName(), List.of(), Map.of())) {
      assertThat(child.awaitExit(LIMIT)).isEqualTo(STATUS);
      // The warning proves that the model was still open.
      assertThat(String.join("\n", child.error())).contains("models still open: 1");
    }
  }

  static final class Loading {
    private Loading() {}

    public static void main(String[] args) {
      Engine unused = Engines.named("torch");
      System.exit(STATUS);
    }
  }

  static final class Computing {
    private static final int LARGE = 1_024;

    private Computing() {}

    /** Exits in the middle of a long step. */
    public static void main(String[] args) throws InterruptedException {
      Network network = Network.of(ModelSpec.load("lstm"));
      TensorBatch batch = new TensorBatch();
      ByteBuffer inputs = ByteBuffer.allocateDirect(LARGE * network.inputLength());
      ByteBuffer labels = ByteBuffer.allocateDirect(LARGE * network.labelsPerSample());
      batch.add(ElementType.UINT8, inputs, 1, 0, ElementType.UINT8, labels, 0, LARGE);
      CountDownLatch computes = new CountDownLatch(1);
      TrainableModel model =
          Engines.named("torch").create(ModelState.initial(network.spec(), 1), 1);
      Thread training = new Thread(() -> train(model, batch, computes));
      training.start();
      computes.await();
      System.exit(STATUS);
    }

    private static void train(TrainableModel model, TensorBatch batch, CountDownLatch computes) {
      while (true) {
        computes.countDown();
        model.step(batch);
      }
    }
  }
}
