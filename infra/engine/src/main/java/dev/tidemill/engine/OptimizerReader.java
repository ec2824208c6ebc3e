package dev.tidemill.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the optimizer of a spec, with PyTorch's defaults and checks. */
final class OptimizerReader {
  /** Each type's name and how its arguments are read, in the order in which messages list them. */
  private static final Map<String, Function<SpecFields, OptimizerSpec>> TYPES =
      new LinkedHashMap<>();

  static {
    TYPES.put("sgd", OptimizerReader::sgd);
    TYPES.put("adagrad", OptimizerReader::adagrad);
    TYPES.put("rmsprop", OptimizerReader::rmsprop);
    TYPES.put("adam", OptimizerReader::adam);
    TYPES.put("adamw", OptimizerReader::adamW);
  }

  private OptimizerReader() {}

  static List<String> types() {
    return List.copyOf(TYPES.keySet());
  }

  static @Nullable OptimizerSpec read(@Nullable SpecFields f) {
    String type = f == null || !f.isValid() ? null : f.word("type", types());
    if (f == null || type == null) {
      return null;
    }
    OptimizerSpec optimizer = Objects.requireNonNull(TYPES.get(type)).apply(f);
    f.rejectUnknownKeys();
    return optimizer;
  }

  private static OptimizerSpec sgd(SpecFields f) {
    OptimizerSpec.Sgd sgd =
        new OptimizerSpec.Sgd(
            rate(f, 1e-3),
            f.number("momentum", Range.AT_LEAST_ZERO, 0),
            f.number("dampening", Range.FINITE, 0),
            f.bool("nesterov", false),
            weightDecay(f, 0),
            stateType(f));
    if (sgd.nesterov() && (sgd.momentum() == 0 || sgd.dampening() != 0)) {
      f.fault(
          "nesterov requires a momentum above 0 and a dampening of 0, got momentum "
              + sgd.momentum()
              + ", dampening "
              + sgd.dampening());
    }
    return sgd;
  }

  private static OptimizerSpec adagrad(SpecFields f) {
    return new OptimizerSpec.Adagrad(
        rate(f, 1e-2),
        f.number("lr_decay", Range.AT_LEAST_ZERO, 0),
        weightDecay(f, 0),
        f.number("initial_accumulator_value", Range.AT_LEAST_ZERO, 0),
        eps(f, 1e-10),
        stateType(f));
  }

  private static OptimizerSpec rmsprop(SpecFields f) {
    return new OptimizerSpec.Rmsprop(
        rate(f, 1e-2),
        f.number("alpha", Range.AT_LEAST_ZERO, 0.99),
        eps(f, 1e-8),
        weightDecay(f, 0),
        f.number("momentum", Range.AT_LEAST_ZERO, 0),
        f.bool("centered", false),
        stateType(f));
  }

  private static OptimizerSpec adam(SpecFields f) {
    double[] betas = betas(f);
    return new OptimizerSpec.Adam(
        rate(f, 1e-3),
        betas[0],
        betas[1],
        eps(f, 1e-8),
        weightDecay(f, 0),
        f.bool("amsgrad", false),
        stateType(f));
  }

  private static OptimizerSpec adamW(SpecFields f) {
    double[] betas = betas(f);
    return new OptimizerSpec.AdamW(
        rate(f, 1e-3),
        betas[0],
        betas[1],
        eps(f, 1e-8),
        weightDecay(f, 1e-2),
        f.bool("amsgrad", false),
        stateType(f));
  }

  private static StateType stateType(SpecFields f) {
    String word = f.word("state_dtype", StateType.words(), StateType.FLOAT32.word());
    return word.equals(StateType.BFLOAT16.word()) ? StateType.BFLOAT16 : StateType.FLOAT32;
  }

  private static double rate(SpecFields f, double fallback) {
    return f.number("learning_rate", Range.AT_LEAST_ZERO, fallback);
  }

  private static double eps(SpecFields f, double fallback) {
    return f.number("eps", Range.AT_LEAST_ZERO, fallback);
  }

  private static double weightDecay(SpecFields f, double fallback) {
    return f.number("weight_decay", Range.AT_LEAST_ZERO, fallback);
  }

  private static double[] betas(SpecFields f) {
    if (!f.has("betas")) {
      return new double[] {0.9, 0.999};
    }
    if (f.node("betas") instanceof List<?> pair
        && pair.size() == 2
        && pair.get(0) instanceof Number first
        && pair.get(1) instanceof Number second
        && Range.ZERO_TO_BELOW_ONE.contains(first.doubleValue())
        && Range.ZERO_TO_BELOW_ONE.contains(second.doubleValue())) {
      return new double[] {first.doubleValue(), second.doubleValue()};
    }
    f.fault(
        "betas must be two numbers of at least 0 and below 1, got "
            + SpecFields.show(f.node("betas")));
    return new double[] {0.9, 0.999};
  }
}
