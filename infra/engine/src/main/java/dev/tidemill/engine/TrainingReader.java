package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads the training settings of a spec. */
final class TrainingReader {
  private static final TrainingSpec DEFAULTS =
      new TrainingSpec(64, 1, OptionalDouble.empty(), Optional.empty());

  private TrainingReader() {}

  static TrainingSpec read(@Nullable SpecFields f, List<String> faults) {
    if (f == null) {
      return DEFAULTS;
    }
    TrainingSpec training =
        new TrainingSpec(
            batchSize(f),
            f.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, DEFAULTS.seed()),
            f.has("max_grad_norm")
                ? OptionalDouble.of(f.number("max_grad_norm", Range.ABOVE_ZERO, 1))
                : OptionalDouble.empty(),
            f.has("stop")
                ? Optional.of(stop(SpecFields.of("training.stop", f.node("stop"), faults)))
                : Optional.empty(),
            f.has("micro_batch_size")
                ? OptionalInt.of(f.integer("micro_batch_size", 1))
                : OptionalInt.empty(),
            f.bool("activation_checkpointing", false));
    f.rejectUnknownKeys();
    return training;
  }

  private static int batchSize(SpecFields f) {
    Object size = f.node("batch_size");
    if ("full".equals(size)) {
      return TrainingSpec.FULL_BATCH;
    }
    if (f.has("batch_size") && !SpecFields.isInteger(size, 1, Integer.MAX_VALUE)) {
      f.fault("batch_size must be an integer of at least 1, or full, got " + SpecFields.show(size));
      return DEFAULTS.batchSize();
    }
    return f.integer("batch_size", 1, DEFAULTS.batchSize());
  }

  private static TrainingSpec.Stop stop(SpecFields f) {
    if (!f.isValid()) {
      return new TrainingSpec.Stop(0, 1);
    }
    if (!f.has("tolerance")) {
      f.fault("tolerance is missing; it must be " + Range.AT_LEAST_ZERO.text());
    }
    TrainingSpec.Stop stop =
        new TrainingSpec.Stop(
            f.number("tolerance", Range.AT_LEAST_ZERO, 0), f.integer("patience", 1, 1));
    f.rejectUnknownKeys();
    return stop;
  }
}
