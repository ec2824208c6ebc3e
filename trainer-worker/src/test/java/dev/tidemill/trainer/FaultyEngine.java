package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;

/** The linear engine with faults of its own: of the losses that are read, and of the weights. */
final class FaultyEngine implements Engine {
  private final LinearEngine engine = new LinearEngine();
  private final LongToDoubleFunction lossFactor;
  private final LongPredicate weightsFault;

  /**
   * @param lossFactor multiplies the loss that is read after this number of steps
   * @param weightsFault whether the weights of a snapshot after this number of steps are NaN
   */
  FaultyEngine(LongToDoubleFunction lossFactor, LongPredicate weightsFault) {
    this.lossFactor = lossFactor;
    this.weightsFault = weightsFault;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public List<String> devices() {
    return engine.devices();
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    return engine.load(state, maxBatchSize);
  }

  @Override
  public TrainableModel create(ModelState begin, int threads) {
    TrainableModel model = engine.create(begin, threads);
    return (TrainableModel)
        Proxy.newProxyInstance(
            TrainableModel.class.getClassLoader(),
            new Class<?>[] {TrainableModel.class},
            (proxy, method, arguments) -> call(model, method, arguments));
  }

  private Object call(TrainableModel model, Method method, Object[] arguments) throws Throwable {
    Object result;
    try {
      result = method.invoke(model, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (method.getName().equals("drainMetrics")) {
      StepMetrics read = (StepMetrics) arguments[0];
      read.set(
          read.samples(),
          read.lossSum() * lossFactor.applyAsDouble(model.steps()),
          read.correct(),
          read.targets());
    } else if (method.getName().equals("beginSnapshot") && weightsFault.test(model.steps())) {
      ModelState state = (ModelState) arguments[0];
      PendingSnapshot copy = (PendingSnapshot) result;
      PendingSnapshot faulty =
          () -> {
            copy.await();
            state.data().putFloat(0, Float.NaN);
          };
      return faulty;
    }
    return result;
  }
}
