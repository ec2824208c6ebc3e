package dev.tidemill.evaluation;

import dev.tidemill.schemas.Label;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a score needs of a label, because many labels may wait for their prediction.
 *
 * @param label the class; null for a regression
 * @param targets empty for a class
 */
record Expected(@Nullable Integer label, List<Float> targets) {
  static Expected of(Label label) {
    return new Expected(
        label.getLabel(), label.getTargets().isEmpty() ? List.of() : label.getTargets());
  }
}
