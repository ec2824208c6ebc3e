package dev.tidemill.producer.source.csv;

import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.table.TableColumns;
import dev.tidemill.producer.source.table.TableFormat;

/** Makes samples of the rows of a CSV table. */
record CsvSamples(TableColumns columns, TableFormat format) {

  /** Returns the sample of a row. */
  Sample sample(CsvRow row, long index) {
    requireWidth(row);
    return columns.sample(
        index, column -> value(row, column), SampleOrigin.at(columns.file(), row.line()));
  }

  private Object value(CsvRow row, int column) {
    String cell = row.cells().get(column);
    try {
      return format.value(cell);
    } catch (IllegalArgumentException e) {
      throw new UnusableSourceException(
          columns.file()
              + " line "
              + row.line()
              + ", column `"
              + columns.names().get(column)
              + "`: "
              + UnusableValueException.shown(cell)
              + " "
              + e.getMessage(),
          e);
    }
  }

  private void requireWidth(CsvRow row) {
    if (row.cells().size() != columns.names().size()) {
      throw new UnusableSourceException(
          columns.file()
              + " line "
              + row.line()
              + ": "
              + row.cells().size()
              + " cells, but the header has "
              + columns.names().size()
              + " columns");
    }
  }
}
