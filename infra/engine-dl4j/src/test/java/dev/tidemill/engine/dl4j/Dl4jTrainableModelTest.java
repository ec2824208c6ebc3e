package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import dev.tidemill.engine.parity.TrainableModelContract;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class Dl4jTrainableModelTest extends TrainableModelContract {
  private static final Dl4jEngine ENGINE = new Dl4jEngine();

  Dl4jTrainableModelTest() {
    super(ENGINE);
  }

  @Test
  void stepAllocatesNothingOnTheHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Samples samples = new Samples(RICH, 16);
    StepMetrics metrics = new StepMetrics();
    try (TrainableModel model = ENGINE.create(ModelState.initial(RICH, 5), 1)) {
      for (int i = 0; i < 50; i++) {
        model.step(samples.batch(0, 16));
        model.drainMetrics(metrics);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        model.step(samples.batch(0, 16));
        model.drainMetrics(metrics);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 * 16);
    }
  }
}
