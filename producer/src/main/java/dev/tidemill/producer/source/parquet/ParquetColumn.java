package dev.tidemill.producer.source.parquet;

import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.UnusableSourceException;
import java.nio.file.Path;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * A column that is read.
 *
 * @param index its number among all columns
 */
record ParquetColumn(int index, ColumnDescriptor descriptor, CellType type) {

  /**
   * Finds out how a column is read.
   *
   * @throws UnusableSourceException if it does not hold one value of a supported type in each row
   */
  static ParquetColumn of(Path file, MessageType schema, int index) {
    Type field = schema.getType(index);
    if (!field.isPrimitive()) {
      throw unsupported(file, field, "is a list, a map or a struct");
    }
    if (field.isRepetition(Repetition.REPEATED)) {
      throw unsupported(file, field, "is a list");
    }
    CellType type = CellType.of(field.asPrimitiveType());
    if (type == null) {
      throw unsupported(file, field, "is `" + field + "`");
    }
    ColumnDescriptor descriptor = schema.getColumnDescription(new String[] {field.getName()});
    return new ParquetColumn(index, descriptor, type);
  }

  private static UnusableSourceException unsupported(Path file, Type field, String what) {
    return new UnusableSourceException(
        file
            + ": column "
            + UnusableValueException.shown(field.getName())
            + " "
            + what
            + "; only numbers, texts, booleans, dates and timestamps are read. Exclude it"
            + " (--exclude), or write it in another way");
  }

  String name() {
    return descriptor.getPath()[0];
  }

  /** Reads the value of the current row and moves on to the next row. */
  @Nullable Object next(ColumnReader reader) {
    boolean present = reader.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel();
    Object value = present ? type.read(reader) : null;
    reader.consume();
    return value;
  }
}
