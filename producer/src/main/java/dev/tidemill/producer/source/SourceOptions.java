package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/**
 * Options for opening a source.
 *
 * @param labelColumn a table's label column; null for the column named `label`
 * @param labelRequired whether a table without the label column is an error; requests need no label
 * @param labels the type of a table's labels
 * @param standardize whether to standardize a table's features to mean 0 and standard deviation 1
 * @param part the part to read of a data set that has two
 * @param window the window of a text or a wave; null for the default
 * @param preparation the preprocessing of the model's training data; null to derive it from this
 *     data
 */
public record SourceOptions(
    @Nullable String labelColumn,
    boolean labelRequired,
    LabelMeaning labels,
    boolean standardize,
    Part part,
    @Nullable Window window,
    @Nullable Preparation preparation) {

  /** The type of a table's labels. */
  public enum LabelMeaning {
    /** Non-negative integers and text are classes; other numbers are regression targets. */
    AUTO,
    /** All labels are classes. */
    CLASS,
    /** All labels are regression targets. */
    NUMBER
  }

  /** The parts of a data set. */
  public enum Part {
    TRAIN,
    TEST
  }

  /** The defaults of a producer. */
  public static final SourceOptions FOR_TRAINING =
      new SourceOptions(null, true, LabelMeaning.AUTO, false, Part.TRAIN, null, null);

  /** The defaults of a prediction client: labels may be missing, and it reads the test part. */
  public static final SourceOptions FOR_REQUESTS =
      new SourceOptions(null, false, LabelMeaning.AUTO, false, Part.TEST, null, null);

  public SourceOptions withLabelColumn(@Nullable String column) {
    return new SourceOptions(column, labelRequired, labels, standardize, part, window, preparation);
  }

  public SourceOptions withLabels(LabelMeaning other) {
    return new SourceOptions(
        labelColumn, labelRequired, other, standardize, part, window, preparation);
  }

  public SourceOptions withStandardize(boolean other) {
    return new SourceOptions(labelColumn, labelRequired, labels, other, part, window, preparation);
  }

  public SourceOptions withPart(Part other) {
    return new SourceOptions(
        labelColumn, labelRequired, labels, standardize, other, window, preparation);
  }

  public SourceOptions withWindow(@Nullable Window other) {
    return new SourceOptions(
        labelColumn, labelRequired, labels, standardize, part, other, preparation);
  }

  public SourceOptions withPreparation(@Nullable Preparation other) {
    return new SourceOptions(labelColumn, labelRequired, labels, standardize, part, window, other);
  }
}
