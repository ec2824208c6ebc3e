package dev.tidemill.producer.source.table;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of one pass over a whole table, before anything is sent: the positions of its rows,
 * and what its columns hold.
 *
 * @param values a survey for each column that is a value
 * @param label the survey of the label column; null if it is not known
 */
record CsvSurvey(RowIndex rows, List<ColumnSurvey> values, @Nullable ColumnSurvey label) {

  /** Surveys the rows that follow the header. */
  static CsvSurvey of(ByteFeed feed, CsvRow row, CsvColumns columns) {
    CsvSurvey survey = empty(columns);
    CsvRow.skipBlank(feed);
    RowStart start = feed.here();
    while (row.read(feed)) {
      survey.add(columns.sample(row, survey.rows.rows()));
      survey.rows.add(start);
      CsvRow.skipBlank(feed);
      start = feed.here();
    }
    if (survey.rows.rows() == 0) {
      throw new UnusableSourceException(feed.name() + " has a header but no rows");
    }
    return survey;
  }

  static CsvSurvey empty(CsvColumns columns) {
    List<ColumnSurvey> values = columns.values().stream().map(ColumnSurvey::new).toList();
    ColumnSurvey label =
        columns.label() < 0 ? null : new ColumnSurvey(columns.names().get(columns.label()));
    return new CsvSurvey(new RowIndex(), values, label);
  }

  void add(Sample sample) {
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

  /** All columns, the label last. */
  List<ColumnSurvey> all() {
    List<ColumnSurvey> all = new ArrayList<>(values);
    if (label != null) {
      all.add(label);
    }
    return all;
  }
}
