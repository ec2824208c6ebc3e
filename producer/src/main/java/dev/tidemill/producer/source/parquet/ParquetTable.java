package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.table.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * What a file's footer says.
 *
 * @param columns all columns, and the choice among them
 * @param cells the columns that are read
 * @param groups number of rows in each row group
 */
record ParquetTable(Path file, TableColumns columns, List<ParquetColumn> cells, List<Long> groups) {

  ParquetTable {
    cells = List.copyOf(cells);
    groups = List.copyOf(groups);
  }

  /**
   * Reads the footer.
   *
   * @throws UnusableSourceException if the file is not a Parquet file, has no rows, or a column
   *     that is to be read is not of a supported type
   */
  static ParquetTable open(Path file, SourceOptions options) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableSourceException(
          file + (Files.exists(file) ? " is not a file" : " does not exist"));
    }
    try (ParquetFileReader reader = reader(file)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      List<String> names = schema.getFields().stream().map(Type::getName).toList();
      TableColumns columns = TableColumns.of(file.toString(), names, options);
      List<ParquetColumn> cells = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (i == columns.label() || columns.kept().contains(i)) {
          cells.add(ParquetColumn.of(file, schema, i));
        }
      }
      List<Long> groups = reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
      for (BlockMetaData group : reader.getRowGroups()) {
        requireWhole(file, cells, group);
      }
      ParquetTable table = new ParquetTable(file, columns, cells, groups);
      if (table.rows() == 0) {
        throw new UnusableSourceException(file + " has no rows");
      }
      return table;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The footer has no checksum, and the reader believes its number of rows. */
  private static void requireWhole(Path file, List<ParquetColumn> cells, BlockMetaData group) {
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      boolean read =
          cells.stream()
              .anyMatch(
                  cell -> Arrays.equals(cell.descriptor().getPath(), chunk.getPath().toArray()));
      if (read && chunk.getValueCount() != group.getRowCount()) {
        throw new UnusableSourceException(
            file
                + " is damaged: column `"
                + chunk.getPath().toDotString()
                + "` has "
                + chunk.getValueCount()
                + " values in a group of "
                + group.getRowCount()
                + " rows");
      }
    }
  }

  /** Number of rows in the file. */
  long rows() {
    return groups.stream().mapToLong(Long::longValue).sum();
  }

  /** Says where a row comes from. */
  SampleOrigin origin(long row) {
    return new SampleOrigin(file + " row " + (row + 1), 0, null, null);
  }

  /** Opens the file again to read its rows. */
  ParquetFileReader reader() {
    ParquetFileReader reader = reader(file);
    List<Long> now = reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
    if (!now.equals(groups)) {
      try (reader) {
        throw new UnusableSourceException(file + " was changed while it was being read");
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    reader.setRequestedSchema(cells.stream().map(ParquetColumn::descriptor).toList());
    return reader;
  }

  private static ParquetFileReader reader(Path file) {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new PageCodecs())
            .usePageChecksumVerification()
            .build();
    LocalInputFile input =
        new LocalInputFile(file) {
          @Override
          public String toString() { // what messages call it
            return "it";
          }
        };
    try {
      return ParquetFileReader.open(input, options);
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  /** Says that a file is damaged. */
  static UnusableSourceException unreadable(Path file, Exception e) {
    return new UnusableSourceException(
        file + " is not a Parquet file, or it is truncated or damaged: " + e.getMessage(), e);
  }
}
