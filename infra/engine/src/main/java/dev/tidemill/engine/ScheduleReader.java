package dev.tidemill.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the learning rate schedule of a spec, with PyTorch's defaults and checks. */
final class ScheduleReader {
  private static final ScheduleSpec CONSTANT = new ScheduleSpec.Constant(0);

  /** Each type's name and how its arguments are read, in the order in which messages list them. */
  private static final Map<String, Function<SpecFields, ScheduleSpec>> TYPES =
      new LinkedHashMap<>();

  static {
    TYPES.put("constant", f -> new ScheduleSpec.Constant(warmup(f)));
    TYPES.put("step", ScheduleReader::step);
    TYPES.put("cosine", ScheduleReader::cosine);
  }

  private ScheduleReader() {}

  static ScheduleSpec read(@Nullable SpecFields f) {
    String type = f == null || !f.isValid() ? null : f.word("type", List.copyOf(TYPES.keySet()));
    if (f == null || type == null) {
      return CONSTANT;
    }
    ScheduleSpec schedule = Objects.requireNonNull(TYPES.get(type)).apply(f);
    f.rejectUnknownKeys();
    return schedule;
  }

  private static ScheduleSpec step(SpecFields f) {
    return new ScheduleSpec.Step(
        updates(f, "step_size"), f.number("gamma", Range.AT_LEAST_ZERO, 0.1), warmup(f));
  }

  private static ScheduleSpec cosine(SpecFields f) {
    return new ScheduleSpec.Cosine(
        updates(f, "t_max"), f.number("eta_min", Range.AT_LEAST_ZERO, 0), warmup(f));
  }

  private static long warmup(SpecFields f) {
    return f.integer("warmup_steps", 0, Long.MAX_VALUE, 0);
  }

  private static long updates(SpecFields f, String key) {
    if (!f.has(key)) {
      f.fault(key + " is missing; it must be a number of updates of at least 1");
    }
    return f.integer(key, 1, Long.MAX_VALUE, 1);
  }
}
