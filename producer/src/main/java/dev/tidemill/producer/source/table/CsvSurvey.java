package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.Preparation;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import dev.tidemill.schemas.Standardization;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of one pass over a whole table, before anything is sent: the positions of its rows,
 * the meaning of its labels, and its columns' means and deviations. The pass also checks every
 * cell.
 */
record CsvSurvey(
    CsvColumns columns,
    RowIndex rows,
    CsvLabels labels,
    @Nullable Standardization standardization) {

  static CsvSurvey of(Path file, SourceOptions options) {
    try (ByteFeed feed = ByteFeed.of(file, RowStart.FIRST)) {
      CsvRow row = new CsvRow();
      if (!row.read(feed)) {
        throw new UnusableSourceException(file + " is empty: it has no header");
      }
      CsvColumns columns = CsvColumns.of(file.toString(), row.cells(), options);
      return new Pass(feed, row, columns, options).run();
    }
  }

  private static final class Pass {
    private final ByteFeed feed;
    private final CsvRow row;
    private final CsvColumns columns;
    private final SourceOptions options;
    private final RowIndex index = new RowIndex();
    private final LabelSurvey labels = new LabelSurvey();
    private final ColumnMoments moments;
    private final double[] features;
    private final @Nullable CsvLabels known;

    Pass(ByteFeed feed, CsvRow row, CsvColumns columns, SourceOptions options) {
      this.feed = feed;
      this.row = row;
      this.columns = columns;
      this.options = options;
      this.moments = new ColumnMoments(columns.features());
      this.features = new double[columns.featureCount()];
      this.known = known(options);
    }

    CsvSurvey run() {
      CsvRow.skipBlank(feed);
      RowStart start = feed.here();
      while (row.read(feed)) {
        columns.features(row, features);
        moments.add(features);
        addLabel();
        index.add(start);
        CsvRow.skipBlank(feed);
        start = feed.here();
      }
      if (index.rows() == 0) {
        throw new UnusableSourceException(feed.name() + " has a header but no rows");
      }
      return new CsvSurvey(columns, index, meaning(), standardization());
    }

    private void addLabel() {
      if (columns.label() < 0) {
        return;
      }
      String cell = columns.label(row);
      labels.add(cell);
      if (known != null && known.of(cell) == null) {
        throw columns.bad(row.line(), columns.label(), cell, "not " + known.expected());
      }
    }

    private CsvLabels meaning() {
      if (known != null || columns.label() < 0) {
        return known == null ? new CsvLabels.ClassNumbers() : known;
      }
      String column = columns.names().get(columns.label());
      return labels.meaning(feed.name() + ", column `" + column + "`", options.labels());
    }

    /** The meaning of the labels if the options determine it; otherwise null. */
    private static @Nullable CsvLabels known(SourceOptions options) {
      Preparation learned = options.preparation();
      if (learned != null && !learned.classNames().isEmpty()) {
        return CsvLabels.ClassNames.of(learned.classNames());
      }
      return options.labels() == SourceOptions.LabelMeaning.NUMBER
          ? new CsvLabels.TargetNumbers()
          : null;
    }

    private @Nullable Standardization standardization() {
      Preparation learned = options.preparation();
      if (learned == null) {
        return options.standardize() ? moments.standardization() : null;
      }
      Standardization given = learned.standardization();
      if (given == null && options.standardize()) {
        throw new UnusableSourceException(
            feed.name()
                + " cannot be standardized: the model was trained on features that were not");
      }
      List<String> here = columns.features();
      if (given != null && !given.getColumns().equals(here)) {
        throw new UnusableSourceException(
            feed.name()
                + " has the features "
                + here
                + ", but the model was trained on "
                + given.getColumns());
      }
      return given;
    }
  }
}
