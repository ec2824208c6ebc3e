package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TrainableModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ProcessEndTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final TorchEngine ENGINE = new TorchEngine();

  private final ProcessEnd end = new ProcessEnd();

  @Test
  void nobodyGetsInOnceItHasCome() throws InterruptedException {
    AtomicBoolean in = new AtomicBoolean();

    assertThat(end.await(Duration.ZERO, Duration.ZERO)).isTrue();
    Thread late = started(() -> end.within(() -> in.set(true)));

    untilWaits(late);
    assertThat(in).isFalse();
  }

  @Test
  void waitsForWhoIsIn() throws InterruptedException {
    CountDownLatch computed = new CountDownLatch(1);
    AtomicReference<Boolean> came = new AtomicReference<>();
    Thread computing = started(() -> end.within(() -> awaitQuietly(computed)));
    untilWaits(computing);

    Thread ending = started(() -> came.set(end.await(Duration.ZERO, LONG)));
    untilWaits(ending);
    assertThat(came).hasNullValue();
    computed.countDown();

    ending.join();
    assertThat(came).hasValue(true);
  }

  @Test
  void aThreadThatComputesStepAfterStepDoesNotHoldItUp() throws InterruptedException {
    CountDownLatch computing = new CountDownLatch(1);
    Runnable steps =
        () -> {
          while (true) {
            end.within(computing::countDown);
          }
        };
    Thread training = started(steps);
    computing.await();

    assertThat(end.await(Duration.ZERO, LONG)).isTrue();
    untilWaits(training);
  }

  @Test
  void waitsForWhoHasAModelToSave() throws InterruptedException {
    AtomicBoolean saved = new AtomicBoolean();
    AtomicReference<Boolean> came = new AtomicReference<>();
    String unused = end.open(() -> "a model");

    Thread ending = started(() -> came.set(end.await(LONG, Duration.ZERO)));
    untilWaits(ending);
    end.within(() -> saved.set(true));
    end.closed();

    ending.join();
    assertThat(saved).isTrue();
    assertThat(came).hasValue(true);
  }

  @Test
  void saysThatItComesTooEarly() throws InterruptedException {
    Thread computing = started(() -> end.within(() -> awaitQuietly(new CountDownLatch(1))));
    untilWaits(computing);

    assertThat(end.await(Duration.ZERO, Duration.ZERO)).isFalse();
    computing.interrupt();
  }

  @Test
  void anEnginesModelsAreOpenUntilTheyAreClosed() {
    ModelState state = ModelState.initial(ModelSpec.load("mlp"), 1);

    TrainableModel learns = new CountedTrainableModel(end, () -> ENGINE.create(state, 1));
    ServableModel answers = new CountedServableModel(end, () -> ENGINE.load(state, 1));
    ServableModel another = answers.share();
    assertThat(end.openModels()).isEqualTo(3);
    learns.close();
    answers.close();
    answers.close();
    assertThat(end.openModels()).isEqualTo(1);
    another.close();
    assertThat(end.openModels()).isEqualTo(0);
  }

  @Test
  void aModelThatCouldNotBeMadeIsNotOpen() {
    assertThatThrownBy(() -> end.open(ProcessEndTest::gone)).hasMessage("the device is gone");
    assertThat(end.openModels()).isZero();
  }

  /** An interface's default would pass by the model that is counted. */
  @Test
  void whateverAModelCanDoIsCounted() {
    assertThat(methods(CountedTrainableModel.class)).containsAll(methods(TrainableModel.class));
    assertThat(methods(CountedServableModel.class)).containsAll(methods(ServableModel.class));
  }

  private static Object gone() {
    throw new IllegalStateException("the device is gone");
  }

  private static List<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .map(method -> method.getName() + Arrays.toString(method.getParameterTypes()))
        .toList();
  }

  private static Thread started(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void untilWaits(Thread thread) {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
