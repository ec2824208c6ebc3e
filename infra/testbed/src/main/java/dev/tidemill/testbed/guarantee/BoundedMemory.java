package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.MemorySample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks G8: no measured size exceeds its bound. It sees what was measured, and not what happened
 * between two samples.
 */
public final class BoundedMemory {
  private BoundedMemory() {}

  /**
   * Returns the largest sample of each size that exceeds its bound. A size that was never above 0
   * was not measured, and neither was anything without a sample.
   */
  public static List<Violation> check(List<MemorySample> samples) {
    if (samples.isEmpty()) {
      return List.of(
          new Violation(Guarantee.G8, Anomaly.NOT_MEASURED, "no sample", "nothing was measured"));
    }
    Map<String, MemorySample> worst = new TreeMap<>();
    for (MemorySample sample : samples) {
      worst.merge(sample.name(), sample, (one, other) -> excess(one) < excess(other) ? other : one);
    }
    List<Violation> violations = new ArrayList<>();
    for (MemorySample sample : worst.values()) {
      if (excess(sample) > 0) {
        violations.add(
            new Violation(
                Guarantee.G8,
                Anomaly.BOUND_EXCEEDED,
                sample.name() + " at " + sample.at(),
                "was %d; the bound is %d".formatted(sample.value(), sample.bound())));
      } else if (samples.stream()
          .noneMatch(other -> other.name().equals(sample.name()) && other.value() > 0)) {
        violations.add(
            new Violation(Guarantee.G8, Anomaly.NOT_MEASURED, sample.name(), "was never above 0"));
      }
    }
    return violations;
  }

  private static long excess(MemorySample sample) {
    return sample.value() - sample.bound();
  }
}
