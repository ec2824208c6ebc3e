package dev.tidemill.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the learning rate schedule of a spec, with PyTorch's defaults and checks. */
final class ScheduleReader {
  private static final ScheduleSpec CONSTANT = new ScheduleSpec.Constant(0);

  private ScheduleReader() {}

  static ScheduleSpec read(@Nullable SpecFields f) {
    String type =
        f == null || !f.isValid() ? null : f.word("type", List.of("constant", "step", "cosine"));
    if (f == null || type == null) {
      return CONSTANT;
    }
    long warmup = f.integer("warmup_steps", 0, Long.MAX_VALUE, 0);
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
    f.rejectUnknownKeys();
    return schedule;
  }

  private static long updates(SpecFields f, String key) {
    if (!f.has(key)) {
      f.fault(key + " is missing; it must be a number of updates of at least 1");
    }
    return f.integer(key, 1, Long.MAX_VALUE, 1);
  }
}
