package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.jspecify.annotations.Nullable;

/** Reads rows in order. One row group is in memory, compressed, and a page of each column. */
final class ParquetRows implements SampleReader {
  private final ParquetTable table;
  private final ParquetFileReader file;
  private List<ColumnReader> columns = List.of();
  private long next;

  /** Number of the next row group, and of its first row. */
  private int group;

  private long groupBegin;

  /**
   * @param first the row to begin with
   */
  ParquetRows(ParquetTable table, long first) {
    this.table = table;
    this.next = first;
    this.file = table.reader();
    while (group < table.groups().size() && groupBegin + table.groups().get(group) <= first) {
      skipGroup();
    }
  }

  private void skipGroup() {
    groupBegin += table.groups().get(group);
    group++;
  }

  @Override
  public boolean ended() {
    return next >= table.rows();
  }

  @Override
  public @Nullable Sample next(long waitNanos) {
    if (ended()) {
      return null;
    }
    if (next >= groupBegin) {
      open();
    }
    Sample sample = sample(next, row(next));
    next++;
    return sample;
  }

  /** Opens the row group that has the next row. */
  private void open() {
    while (table.groups().get(group) == 0) {
      skipGroup();
    }
    try {
      PageReadStore pages = file.readRowGroup(group);
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages,
              new NoConverter(),
              file.getFileMetaData().getSchema(),
              file.getFileMetaData().getCreatedBy());
      columns =
          table.cells().stream().map(column -> store.getColumnReader(column.descriptor())).toList();
    } catch (IOException | RuntimeException e) {
      throw damaged("row group " + (group + 1), e);
    }
    for (long skipped = groupBegin; skipped < next; skipped++) {
      var unused = row(skipped);
    }
    skipGroup();
  }

  private @Nullable Object[] row(long number) {
    @Nullable Object[] cells = new @Nullable Object[table.columns().names().size()];
    for (int i = 0; i < columns.size(); i++) {
      ParquetColumn column = table.cells().get(i);
      cells[column.index()] = cell(column, columns.get(i), number);
    }
    return cells;
  }

  private @Nullable Object cell(ParquetColumn column, ColumnReader reader, long row) {
    try {
      return column.next(reader);
    } catch (IllegalArgumentException e) {
      throw new UnusableSourceException(
          table.origin(row).where() + ", column `" + column.name() + "`: " + e.getMessage(), e);
    } catch (RuntimeException e) { // The library has no exception of its own for damaged data.
      throw damaged("row " + (row + 1) + ", column `" + column.name() + "`", e);
    }
  }

  private UnusableSourceException damaged(String where, Exception e) {
    return new UnusableSourceException(
        table.file() + " " + where + ": damaged (" + e.getMessage() + ")", e);
  }

  private Sample sample(long row, @Nullable Object[] cells) {
    return table.columns().sample(row, column -> cells[column], table.origin(row));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UnusableSourceException("cannot close " + table.file() + ": " + e.getMessage(), e);
    }
  }
}
