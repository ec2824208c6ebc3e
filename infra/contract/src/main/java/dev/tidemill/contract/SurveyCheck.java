package dev.tidemill.contract;

import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a contract accepts all rows of a table that was surveyed. Encoding each different
 * value once takes less time than reading the rows again.
 */
public final class SurveyCheck {
  private SurveyCheck() {}

  /**
   * Checks the columns of the features and of the label.
   *
   * @param columns returns the survey of a column; null if the table does not have it
   * @param labels the survey of the column that is the label; null if none was chosen
   * @return true if every row is accepted, or left out because of a missing value; false if a row
   *     may be refused, so that each has to be looked at
   */
  public static boolean accepts(
      Contract contract,
      Function<String, @Nullable ColumnSurvey> columns,
      @Nullable ColumnSurvey labels) {
    if (!contract.isTable() || !acceptsLabels(contract, columns, labels)) {
      return false;
    }
    ByteBuffer into = ByteBuffer.allocate(contract.width() * Float.BYTES);
    for (Feature feature : contract.features()) {
      ColumnSurvey column = columns.apply(feature.getName());
      FeatureEncoder encoder = FeatureEncoder.of(feature);
      boolean countless =
          column == null || (feature.getKind() == FeatureKind.CATEGORY && column.hasTooManyTexts());
      if (countless || !acceptsAll(column, true, raw -> encoder.encode(raw, into.clear()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean acceptsLabels(
      Contract contract,
      Function<String, @Nullable ColumnSurvey> columns,
      @Nullable ColumnSurvey chosen) {
    LabelContract label = contract.label().orElse(null);
    ColumnSurvey column = chosen != null || label == null ? chosen : columns.apply(label.getName());
    if (label == null || column == null || label.getPositions() > 0) {
      return false;
    }
    LabelPreparer preparer = new LabelPreparer(contract);
    return preparer.isClass()
        ? !column.hasTooManyTexts() && acceptsAll(column, false, preparer::classNumber)
        : preparer.targets() == 1 && acceptsAll(column, false, raw -> preparer.target(0, raw));
  }

  /** Converts a value, or throws {@link UnusableValueException}. */
  @FunctionalInterface
  private interface Conversion {
    Object of(@Nullable Object raw);
  }

  private static boolean acceptsAll(
      ColumnSurvey column, boolean mayLeaveOut, Conversion conversion) {
    if (column.hasTooManyTexts() && !column.isNumeric()) {
      return false;
    }
    // Converting a number keeps the order, so that the extremes stand for all of many.
    List<?> values =
        column.hasTooManyTexts() ? List.of(column.minimum(), column.maximum()) : column.texts();
    try {
      for (Object value : values) {
        Object unused = conversion.of(value);
      }
      if (column.missing() > 0) {
        Object unused = conversion.of(null);
        return mayLeaveOut;
      }
      return true;
    } catch (UnusableValueException e) {
      return false;
    }
  }
}
