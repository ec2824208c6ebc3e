package dev.tidemill.cli.output;

import dev.tidemill.evaluation.VersionScores;
import dev.tidemill.evaluation.VersionScores.TargetScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows how well a version answered, by labels that became known later. */
public final class DelayedScore {
  private DelayedScore() {}

  /**
   * Returns the accuracy, or the RMSE: one number, or one for each target by its name.
   *
   * @param scores null if no label was compared
   * @param targets the names of the targets; may be fewer than there are
   */
  public static @Nullable Object forTable(@Nullable VersionScores scores, List<String> targets) {
    if (scores == null) {
      return null;
    }
    if (scores.accuracy().isPresent()) {
      return scores.accuracy().getAsDouble();
    }
    if (scores.targets().size() == 1) {
      return scores.targets().get(0).rmse();
    }
    Map<String, Object> rmse = new LinkedHashMap<>();
    for (int i = 0; i < scores.targets().size(); i++) {
      rmse.put(name(targets, i), scores.targets().get(i).rmse());
    }
    return rmse;
  }

  /** Returns the number of compared labels, and the accuracy or the errors of each target. */
  public static @Nullable Object forJson(@Nullable VersionScores scores, List<String> targets) {
    if (scores == null) {
      return null;
    }
    ResultRow row = new ResultRow().with("count", scores.count());
    if (scores.accuracy().isPresent()) {
      return row.with("accuracy", scores.accuracy().getAsDouble()).values();
    }
    List<TargetScore> errors = scores.targets();
    List<Object> shown = new ArrayList<>();
    for (int i = 0; i < errors.size(); i++) {
      shown.add(
          new ResultRow()
              .with("target", name(targets, i))
              .with("mae", errors.get(i).mae())
              .with("rmse", errors.get(i).rmse())
              .values());
    }
    return row.with("errors", shown).values();
  }

  private static String name(List<String> targets, int index) {
    return index < targets.size() ? targets.get(index) : "target " + index;
  }
}
