package dev.tidemill.producer.source;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.producer.source.table.TableFormat;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a source.
 *
 * @param labelColumn a table's label column; null for the column named `label`, or as the model's
 *     contract names it
 * @param labelRequired whether a table without the label column is an error; requests need no label
 * @param derive how the contract of a model without one is derived
 * @param part the part to read of a data set that has two; null for train where labels are
 *     required, and for test where they are not
 * @param window the window of a text or a wave; null for the default
 * @param table how a table is written
 */
public record SourceOptions(
    @Nullable String labelColumn,
    boolean labelRequired,
    DeriveOptions derive,
    @Nullable Part part,
    @Nullable Window window,
    TableFormat table) {

  /** The parts of a data set. */
  public enum Part {
    TRAIN,
    TEST
  }

  /** The defaults of a producer. */
  public static final SourceOptions FOR_TRAINING =
      new SourceOptions(null, true, DeriveOptions.DEFAULT, null, null, TableFormat.DEFAULT);

  /** The defaults of a prediction client: labels may be missing, and it reads the test part. */
  public static final SourceOptions FOR_REQUESTS =
      new SourceOptions(null, false, DeriveOptions.DEFAULT, null, null, TableFormat.DEFAULT);

  /** Whether the test part of a data set is read that has two. */
  public boolean readsTestPart() {
    return part == null ? !labelRequired : part == Part.TEST;
  }

  public SourceOptions withLabelColumn(@Nullable String column) {
    return new SourceOptions(column, labelRequired, derive, part, window, table);
  }

  public SourceOptions withDerive(DeriveOptions other) {
    return new SourceOptions(labelColumn, labelRequired, other, part, window, table);
  }

  public SourceOptions withLabels(LabelMeaning other) {
    return withDerive(derive.withLabels(other));
  }

  public SourceOptions withStandardize(boolean other) {
    return withDerive(derive.withStandardize(other));
  }

  public SourceOptions withTable(TableFormat other) {
    return new SourceOptions(labelColumn, labelRequired, derive, part, window, other);
  }

  public SourceOptions withPart(@Nullable Part other) {
    return new SourceOptions(labelColumn, labelRequired, derive, other, window, table);
  }

  public SourceOptions withWindow(@Nullable Window other) {
    return new SourceOptions(labelColumn, labelRequired, derive, part, other, table);
  }
}
