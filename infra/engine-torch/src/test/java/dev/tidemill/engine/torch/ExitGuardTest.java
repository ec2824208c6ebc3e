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
class ExitGuardTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final TorchEngine ENGINE = new TorchEngine();

  private final ExitGuard guard = new ExitGuard();

  @Test
  void blocksCallsAfterExit() throws InterruptedException {
    AtomicBoolean in = new AtomicBoolean();

    assertThat(guard.await(Duration.ZERO, Duration.ZERO)).isTrue();
    Thread late = started(() -> guard.call(() -> in.set(true)));

    untilWaits(late);
    assertThat(in).isFalse();
  }

  @Test
  void waitsForRunningCalls() throws InterruptedException {
    CountDownLatch computed = new CountDownLatch(1);
    AtomicReference<Boolean> came = new AtomicReference<>();
    Thread computing = started(() -> guard.call(() -> awaitQuietly(computed)));
    untilWaits(computing);

    Thread ending = started(() -> came.set(guard.await(Duration.ZERO, LONG)));
    untilWaits(ending);
    assertThat(came).hasNullValue();
    computed.countDown();

    ending.join();
    assertThat(came).hasValue(true);
  }

  @Test
  void busyThreadDoesNotDelayExit() throws InterruptedException {
    CountDownLatch computing = new CountDownLatch(1);
    Runnable steps =
        () -> {
          while (true) {
            guard.call(computing::countDown);
          }
        };
    Thread training = started(steps);
    computing.await();

    assertThat(guard.await(Duration.ZERO, LONG)).isTrue();
    untilWaits(training);
  }

  @Test
  void waitsForOpenModels() throws InterruptedException {
    AtomicBoolean saved = new AtomicBoolean();
    AtomicReference<Boolean> came = new AtomicReference<>();
    String unused = guard.open(() -> "a model");

    Thread ending = started(() -> came.set(guard.await(LONG, Duration.ZERO)));
    untilWaits(ending);
    guard.call(() -> saved.set(true));
    guard.closed();

    ending.join();
    assertThat(saved).isTrue();
    assertThat(came).hasValue(true);
  }

  @Test
  void reportsATimeout() throws InterruptedException {
    Thread computing = started(() -> guard.call(() -> awaitQuietly(new CountDownLatch(1))));
    untilWaits(computing);

    assertThat(guard.await(Duration.ZERO, Duration.ZERO)).isFalse();
    computing.interrupt();
  }

  @Test
  void countsOpenModels() {
    ModelState state = ModelState.initial(ModelSpec.load("mlp"), 1);

    TrainableModel learns = new GuardedTrainableModel(guard, () -> ENGINE.create(state, 1));
    ServableModel answers = new GuardedServableModel(guard, () -> ENGINE.load(state, 1));
    ServableModel another = answers.share();
    assertThat(guard.openModels()).isEqualTo(3);
    learns.close();
    answers.close();
    answers.close();
    assertThat(guard.openModels()).isEqualTo(1);
    another.close();
    assertThat(guard.openModels()).isEqualTo(0);
  }

  @Test
  void doesNotCountFailedModels() {
    assertThatThrownBy(() -> guard.open(ExitGuardTest::gone)).hasMessage("the device is gone");
    assertThat(guard.openModels()).isZero();
  }

  /** A default method of the interface would bypass the guard. */
  @Test
  void guardsEveryMethodOfAModel() {
    assertThat(methods(GuardedTrainableModel.class)).containsAll(methods(TrainableModel.class));
    assertThat(methods(GuardedServableModel.class)).containsAll(methods(ServableModel.class));
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
