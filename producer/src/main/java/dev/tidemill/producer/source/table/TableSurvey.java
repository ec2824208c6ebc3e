package dev.tidemill.producer.source.table;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a table hold.
 *
 * @param values a survey for each column that is a value
 * @param label the survey of the label column; null if it is not known
 */
public record TableSurvey(List<ColumnSurvey> values, @Nullable ColumnSurvey label) {

  /** Returns a survey that saw no row yet. */
  public static TableSurvey of(TableColumns columns) {
    List<ColumnSurvey> values = columns.values().stream().map(ColumnSurvey::new).toList();
    ColumnSurvey label =
        columns.label() < 0 ? null : new ColumnSurvey(columns.names().get(columns.label()));
    return new TableSurvey(values, label);
  }

  /** Adds a row. */
  public void add(Sample sample) {
    List<@Nullable Object> cells = Objects.requireNonNull(sample.values()).cells();
    for (int i = 0; i < values.size(); i++) {
      values.get(i).add(cells.get(i));
    }
    if (label != null) {
      label.add(sample.label() instanceof SampleLabel.Raw raw ? raw.value() : null);
    }
  }

  /** Returns the survey of a column by name; null if there is none. */
  @Nullable ColumnSurvey column(String name) {
    if (label != null && label.name().equals(name)) {
      return label;
    }
    return values.stream().filter(column -> column.name().equals(name)).findFirst().orElse(null);
  }
}
