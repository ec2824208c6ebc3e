package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a spec's network learns: optimizer, schedule, training. PyTorch's defaults and checks.
 */
final class LearningReader {
  private static final ScheduleSpec CONSTANT = new ScheduleSpec.Constant(0);
  private static final TrainingSpec TRAINING =
      new TrainingSpec(64, 1, OptionalDouble.empty(), Optional.empty());

  private LearningReader() {}

  static @Nullable OptimizerSpec optimizer(@Nullable SpecFields f) {
    String type =
        f == null || !f.sound()
            ? null
            : f.word("type", List.of("sgd", "adagrad", "rmsprop", "adam", "adamw"));
    if (f == null || type == null) {
      return null;
    }
    OptimizerSpec optimizer =
        switch (type) {
          case "sgd" -> sgd(f);
          case "adagrad" ->
              new OptimizerSpec.Adagrad(
                  rate(f, 1e-2),
                  f.number("lr_decay", Range.AT_LEAST_ZERO, 0),
                  weightDecay(f, 0),
                  f.number("initial_accumulator_value", Range.AT_LEAST_ZERO, 0),
                  eps(f, 1e-10),
                  stateType(f));
          case "rmsprop" ->
              new OptimizerSpec.Rmsprop(
                  rate(f, 1e-2),
                  f.number("alpha", Range.AT_LEAST_ZERO, 0.99),
                  eps(f, 1e-8),
                  weightDecay(f, 0),
                  f.number("momentum", Range.AT_LEAST_ZERO, 0),
                  f.flag("centered", false),
                  stateType(f));
          case "adam" -> {
            double[] betas = betas(f);
            yield new OptimizerSpec.Adam(
                rate(f, 1e-3),
                betas[0],
                betas[1],
                eps(f, 1e-8),
                weightDecay(f, 0),
                f.flag("amsgrad", false),
                stateType(f));
          }
          case "adamw" -> {
            double[] betas = betas(f);
            yield new OptimizerSpec.AdamW(
                rate(f, 1e-3),
                betas[0],
                betas[1],
                eps(f, 1e-8),
                weightDecay(f, 1e-2),
                f.flag("amsgrad", false),
                stateType(f));
          }
          default -> throw new AssertionError(type);
        };
    f.end();
    return optimizer;
  }

  private static OptimizerSpec sgd(SpecFields f) {
    OptimizerSpec.Sgd sgd =
        new OptimizerSpec.Sgd(
            rate(f, 1e-3),
            f.number("momentum", Range.AT_LEAST_ZERO, 0),
            f.number("dampening", Range.FINITE, 0),
            f.flag("nesterov", false),
            weightDecay(f, 0),
            stateType(f));
    if (sgd.nesterov() && (sgd.momentum() == 0 || sgd.dampening() != 0)) {
      f.fault(
          "nesterov needs a momentum above 0 and no dampening, got momentum "
              + sgd.momentum()
              + ", dampening "
              + sgd.dampening());
    }
    return sgd;
  }

  private static StateType stateType(SpecFields f) {
    String word = f.word("state_dtype", StateType.words(), StateType.FLOAT32.word());
    return word.equals(StateType.BFLOAT16.word()) ? StateType.BFLOAT16 : StateType.FLOAT32;
  }

  private static double rate(SpecFields f, double otherwise) {
    return f.number("learning_rate", Range.AT_LEAST_ZERO, otherwise);
  }

  private static double eps(SpecFields f, double otherwise) {
    return f.number("eps", Range.AT_LEAST_ZERO, otherwise);
  }

  private static double weightDecay(SpecFields f, double otherwise) {
    return f.number("weight_decay", Range.AT_LEAST_ZERO, otherwise);
  }

  private static double[] betas(SpecFields f) {
    if (!f.has("betas")) {
      return new double[] {0.9, 0.999};
    }
    if (f.node("betas") instanceof List<?> pair
        && pair.size() == 2
        && pair.get(0) instanceof Number first
        && pair.get(1) instanceof Number second
        && Range.SHARE_BELOW_ONE.holds(first.doubleValue())
        && Range.SHARE_BELOW_ONE.holds(second.doubleValue())) {
      return new double[] {first.doubleValue(), second.doubleValue()};
    }
    f.fault(
        "betas needs two numbers of at least 0 and below 1, got "
            + SpecFields.show(f.node("betas")));
    return new double[] {0.9, 0.999};
  }

  static ScheduleSpec schedule(@Nullable SpecFields f) {
    String type =
        f == null || !f.sound() ? null : f.word("type", List.of("constant", "step", "cosine"));
    if (f == null || type == null) {
      return CONSTANT;
    }
    long warmup = f.whole("warmup_steps", 0, Long.MAX_VALUE, 0);
    ScheduleSpec schedule =
        switch (type) {
          case "constant" -> new ScheduleSpec.Constant(warmup);
          case "step" ->
              new ScheduleSpec.Step(
                  updates(f, "step_size"), f.number("gamma", Range.AT_LEAST_ZERO, 0.1), warmup);
          case "cosine" ->
              new ScheduleSpec.Cosine(
                  updates(f, "t_max"), f.number("eta_min", Range.AT_LEAST_ZERO, 0), warmup);
          default -> throw new AssertionError(type);
        };
    f.end();
    return schedule;
  }

  private static long updates(SpecFields f, String key) {
    if (!f.has(key)) {
      f.fault(key + " is missing; it needs a number of updates of at least 1");
    }
    return f.whole(key, 1, Long.MAX_VALUE, 1);
  }

  static TrainingSpec training(@Nullable SpecFields f, List<String> faults) {
    if (f == null) {
      return TRAINING;
    }
    TrainingSpec training =
        new TrainingSpec(
            batchSize(f),
            f.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE, TRAINING.seed()),
            f.has("max_grad_norm")
                ? OptionalDouble.of(f.number("max_grad_norm", Range.ABOVE_ZERO, 1))
                : OptionalDouble.empty(),
            f.has("stop")
                ? Optional.of(stop(SpecFields.of("training.stop", f.node("stop"), faults)))
                : Optional.empty(),
            f.has("micro_batch_size")
                ? OptionalInt.of(f.whole("micro_batch_size", 1))
                : OptionalInt.empty(),
            f.flag("activation_checkpointing", false));
    f.end();
    return training;
  }

  private static int batchSize(SpecFields f) {
    Object size = f.node("batch_size");
    if ("full".equals(size)) {
      return TrainingSpec.FULL_BATCH;
    }
    if (f.has("batch_size") && !SpecFields.isWhole(size, 1, Integer.MAX_VALUE)) {
      f.fault(
          "batch_size needs a whole number of at least 1, or full, got " + SpecFields.show(size));
      return TRAINING.batchSize();
    }
    return f.whole("batch_size", 1, TRAINING.batchSize());
  }

  private static TrainingSpec.Stop stop(SpecFields f) {
    if (!f.sound()) {
      return new TrainingSpec.Stop(0, 1);
    }
    if (!f.has("tolerance")) {
      f.fault("tolerance is missing; it needs " + Range.AT_LEAST_ZERO.text());
    }
    TrainingSpec.Stop stop =
        new TrainingSpec.Stop(
            f.number("tolerance", Range.AT_LEAST_ZERO, 0), f.whole("patience", 1, 1));
    f.end();
    return stop;
  }
}
