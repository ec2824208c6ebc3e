package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;

/** An optimizer as data: the arguments and semantics of a {@code torch.optim} class. */
public sealed interface OptimizerSpec {

  /** Returns the types that a spec can name. */
  static List<String> types() {
    return OptimizerReader.types();
  }

  /** The type in the spec, e.g. {@code sgd}. */
  String type();

  /** The base learning rate, before schedule and warmup. */
  double learningRate();

  /**
   * PyTorch's names of the state tensors per parameter, e.g. {@code exp_avg}. Each has the shape of
   * the parameter. PyTorch's {@code step} is {@link TrainingCounters#steps}.
   */
  List<String> stateNames();

  /** The type of these tensors in an engine's memory. */
  StateType stateType();

  /** Calls the visitor's method for this optimizer. */
  <R> R accept(Visitor<R> visitor);

  /** One method per optimizer type. */
  interface Visitor<R> {
    R sgd(Sgd optimizer);

    R adagrad(Adagrad optimizer);

    R rmsprop(Rmsprop optimizer);

    R adam(Adam optimizer);

    R adamW(AdamW optimizer);
  }

  /**
   * {@code torch.optim.SGD}. The first update sets the momentum buffer to the gradient, without
   * dampening.
   */
  record Sgd(
      double learningRate,
      double momentum,
      double dampening,
      boolean nesterov,
      double weightDecay,
      StateType stateType)
      implements OptimizerSpec {

    /** With its state in FLOAT32. */
    public Sgd(
        double learningRate,
        double momentum,
        double dampening,
        boolean nesterov,
        double weightDecay) {
      this(learningRate, momentum, dampening, nesterov, weightDecay, StateType.FLOAT32);
    }

    @Override
    public String type() {
      return "sgd";
    }

    @Override
    public List<String> stateNames() {
      return momentum == 0 ? List.of() : List.of("momentum_buffer");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sgd(this);
    }
  }

  /** {@code torch.optim.Adagrad}. */
  record Adagrad(
      double learningRate,
      double lrDecay,
      double weightDecay,
      double initialAccumulatorValue,
      double eps,
      StateType stateType)
      implements OptimizerSpec {

    /** With its state in FLOAT32. */
    public Adagrad(
        double learningRate,
        double lrDecay,
        double weightDecay,
        double initialAccumulatorValue,
        double eps) {
      this(learningRate, lrDecay, weightDecay, initialAccumulatorValue, eps, StateType.FLOAT32);
    }

    @Override
    public String type() {
      return "adagrad";
    }

    @Override
    public List<String> stateNames() {
      return List.of("sum");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.adagrad(this);
    }
  }

  /** {@code torch.optim.RMSprop}. */
  record Rmsprop(
      double learningRate,
      double alpha,
      double eps,
      double weightDecay,
      double momentum,
      boolean centered,
      StateType stateType)
      implements OptimizerSpec {

    /** With its state in FLOAT32. */
    public Rmsprop(
        double learningRate,
        double alpha,
        double eps,
        double weightDecay,
        double momentum,
        boolean centered) {
      this(learningRate, alpha, eps, weightDecay, momentum, centered, StateType.FLOAT32);
    }

    @Override
    public String type() {
      return "rmsprop";
    }

    @Override
    public List<String> stateNames() {
      List<String> names = new ArrayList<>(List.of("square_avg"));
      if (momentum > 0) {
        names.add("momentum_buffer");
      }
      if (centered) {
        names.add("grad_avg");
      }
      return List.copyOf(names);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.rmsprop(this);
    }
  }

  /** {@code torch.optim.Adam}, which adds weight decay to the gradient. */
  record Adam(
      double learningRate,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean amsgrad,
      StateType stateType)
      implements OptimizerSpec {

    /** With its state in FLOAT32. */
    public Adam(
        double learningRate,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        boolean amsgrad) {
      this(learningRate, beta1, beta2, eps, weightDecay, amsgrad, StateType.FLOAT32);
    }

    @Override
    public String type() {
      return "adam";
    }

    @Override
    public List<String> stateNames() {
      return adamStateNames(amsgrad);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.adam(this);
    }
  }

  /** {@code torch.optim.AdamW}, which decays the weights directly, not through the gradient. */
  record AdamW(
      double learningRate,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean amsgrad,
      StateType stateType)
      implements OptimizerSpec {

    /** With its state in FLOAT32. */
    public AdamW(
        double learningRate,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        boolean amsgrad) {
      this(learningRate, beta1, beta2, eps, weightDecay, amsgrad, StateType.FLOAT32);
    }

    @Override
    public String type() {
      return "adamw";
    }

    @Override
    public List<String> stateNames() {
      return adamStateNames(amsgrad);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.adamW(this);
    }
  }

  private static List<String> adamStateNames(boolean amsgrad) {
    return amsgrad
        ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
        : List.of("exp_avg", "exp_avg_sq");
  }
}
