package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.table.TableSource;
import dev.tidemill.producer.source.table.TableSurvey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file as a source. Opening it surveys the whole file. Reading in order streams it, one
 * row group at a time. Reading single rows, as a shuffle does, first unpacks all of them into a
 * temporary file. Any thread.
 */
final class ParquetSource extends TableSource {
  private final ParquetTable table;
  private @Nullable UnpackedRows unpacked;

  /**
   * Surveys a file.
   *
   * @throws UnusableSourceException for the first error in the file; the message names row and
   *     column
   */
  static ParquetSource open(Path file, SourceOptions options) {
    ParquetTable table = ParquetTable.open(file, options);
    TableSurvey survey = TableSurvey.of(table.columns());
    try (ParquetRows rows = new ParquetRows(table, 0)) {
      for (Sample row = rows.next(0); row != null; row = rows.next(0)) {
        survey.add(row);
      }
    }
    return new ParquetSource(table, survey, options);
  }

  private ParquetSource(ParquetTable table, TableSurvey survey, SourceOptions options) {
    super("parquet", table.columns(), survey, table.rows(), options);
    this.table = table;
  }

  @Override
  protected String place(long row) {
    return "row " + (row + 1);
  }

  @Override
  public SampleReader read(long index) {
    return new ParquetRows(table, index);
  }

  @Override
  public Sample at(long index) {
    return unpacked().at(index);
  }

  private synchronized UnpackedRows unpacked() {
    if (unpacked == null) {
      unpacked = UnpackedRows.of(table);
    }
    return unpacked;
  }

  @Override
  public synchronized void close() {
    if (unpacked != null) {
      unpacked.close();
    }
  }
}
