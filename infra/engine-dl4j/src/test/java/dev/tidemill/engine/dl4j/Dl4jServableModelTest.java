package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.parity.Samples;
import dev.tidemill.engine.parity.ServableModelContract;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class Dl4jServableModelTest extends ServableModelContract {
  private static final Dl4jEngine ENGINE = new Dl4jEngine();

  Dl4jServableModelTest() {
    super(ENGINE);
  }

  @Test
  void predictingAnyBatchSizeAllocatesNothingOnTheHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Samples samples = new Samples(LENET, MOST);
    FloatBuffer outputs = FloatBuffer.allocate(MOST * 10);
    try (ServableModel model = ENGINE.load(ModelState.initial(LENET, 1), MOST)) {
      for (int i = 0; i < 20; i++) {
        predictEverySize(model, samples, outputs);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10; i++) {
        predictEverySize(model, samples, outputs);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10 * MOST * 8);
    }
  }

  private static void predictEverySize(ServableModel model, Samples samples, FloatBuffer outputs) {
    for (int size = 1; size <= MOST; size++) {
      outputs.clear();
      model.predict(samples.batch(0, size), outputs);
    }
  }
}
