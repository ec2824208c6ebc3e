package dev.tidemill.producer.source.csv;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.DataFile;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import dev.tidemill.producer.source.table.TableColumns;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.producer.source.table.TableSource;
import dev.tidemill.producer.source.table.TableSurvey;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CSV file as a source. Opening it surveys the whole file; reading streams it. Any thread. */
public final class CsvSource extends TableSource {
  private final RowFile file;

  /**
   * Surveys and indexes a file.
   *
   * @throws UnusableSourceException for the first error in the file; the message names its line and
   *     column
   */
  public static CsvSource open(Path file, SourceOptions options) {
    DataFile data = DataFile.open(file);
    try {
      return open(data, options);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static CsvSource open(DataFile data, SourceOptions options) {
    TableFormat format = options.table();
    Path file = data.name();
    try (ByteFeed feed = ByteFeed.of(data, RowStart.FIRST)) {
      char delimiter =
          format.delimiter() == null ? Delimiter.detect(feed, format) : format.delimiter();
      CsvRow row = new CsvRow(delimiter, format.encoding());
      List<String> header = format.columns();
      if (header.isEmpty()) {
        if (!row.read(feed)) {
          throw new UnusableSourceException(file + " is empty: it has no header");
        }
        header = row.cells();
      }
      TableColumns columns = TableColumns.of(file.toString(), header, options);
      row.name(columns.names());
      CsvSamples samples = new CsvSamples(columns, format);
      TableSurvey survey = TableSurvey.of(columns);
      RowIndex index = survey(feed, row, samples, survey);
      Rows rows = new Rows(samples, delimiter);
      return new CsvSource(columns, survey, options, new RowFile(data, index, rows), index.rows());
    }
  }

  /** Surveys the rows that follow the header; returns their positions. */
  private static RowIndex survey(
      ByteFeed feed, CsvRow row, CsvSamples samples, TableSurvey survey) {
    RowIndex index = new RowIndex();
    CsvRow.skipBlank(feed);
    RowStart start = feed.here();
    while (row.read(feed)) {
      survey.add(samples.sample(row, index.rows()));
      index.add(start);
      CsvRow.skipBlank(feed);
      start = feed.here();
    }
    if (index.rows() == 0) {
      throw new UnusableSourceException(feed.name() + " has a header but no rows");
    }
    return index;
  }

  private CsvSource(
      TableColumns columns, TableSurvey survey, SourceOptions options, RowFile file, long rows) {
    super("csv", columns, survey, rows, options);
    this.file = file;
  }

  @Override
  protected String place(long row) {
    return "line " + file.at(row).origin().line();
  }

  @Override
  public Sample at(long index) {
    return file.at(index);
  }

  @Override
  public SampleReader read(long index) {
    return file.read(index);
  }

  @Override
  public void close() {
    file.close();
  }

  private record Rows(CsvSamples samples, char delimiter) implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return row().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      CsvRow row = row();
      return row.read(feed) ? samples.sample(row, index) : null;
    }

    private CsvRow row() {
      return new CsvRow(delimiter, samples.format().encoding());
    }
  }
}
