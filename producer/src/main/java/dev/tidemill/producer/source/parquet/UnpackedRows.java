package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.DataFile;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, unpacked into a temporary file in which any row can be read alone. A row is
 * its values and its label. Any thread.
 */
final class UnpackedRows {
  private final RowFile file;

  private UnpackedRows(RowFile file) {
    this.file = file;
  }

  /**
   * Unpacks all rows.
   *
   * @throws UnusableSourceException if the file cannot be read, or the temporary one not written
   */
  static UnpackedRows of(ParquetTable table) {
    DataFile data = new DataFile(table.file(), temporary(table));
    try {
      return new UnpackedRows(new RowFile(data, write(table, data.content()), new Rows(table)));
    } catch (IOException e) {
      data.close();
      throw new UnusableSourceException(
          table.file() + " cannot be unpacked into " + data.content() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static Path temporary(ParquetTable table) {
    try {
      Path content = Files.createTempFile("tidemill-", ".rows");
      content.toFile().deleteOnExit();
      return content;
    } catch (IOException e) {
      throw new UnusableSourceException(
          table.file() + " cannot be unpacked into a temporary file: " + e.getMessage(), e);
    }
  }

  private static RowIndex write(ParquetTable table, Path to) throws IOException {
    RowIndex index = new RowIndex();
    try (ParquetRows rows = new ParquetRows(table, 0);
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
      long offset = 0;
      for (Sample row = rows.next(0); row != null; row = rows.next(0)) {
        index.add(new RowStart(offset, index.rows() + 1));
        for (Object cell : Objects.requireNonNull(row.values()).cells()) {
          offset += PackedCell.write(cell, out);
        }
        Object label = row.label() instanceof SampleLabel.Raw raw ? raw.value() : null;
        offset += PackedCell.write(label, out);
      }
    }
    return index;
  }

  Sample at(long row) {
    return file.at(row);
  }

  void close() {
    file.close();
  }

  private record Rows(ParquetTable table) implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return read(feed, 0) != null;
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      if (feed.peek() == -1) {
        return null;
      }
      List<String> names = table.columns().values();
      @Nullable Object[] cells = new @Nullable Object[names.size()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = PackedCell.read(feed);
      }
      Object label = PackedCell.read(feed);
      return Sample.named(
          index,
          new NamedValues(NamedValues.COLUMN, names, Arrays.asList(cells)),
          label == null ? null : new SampleLabel.Raw(label),
          table.origin(index));
    }
  }
}
