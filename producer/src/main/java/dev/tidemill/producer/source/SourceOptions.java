package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/**
 * How a source is to be read.
 *
 * @param labelColumn a table's column with the labels; null for the one called `label`
 * @param labelRequired whether a table without that column is an error; a table that is only asked
 *     about may lack it
 * @param labels what a table's labels mean
 * @param standardize whether a table's features are brought to mean 0 and deviation 1
 * @param part of a data set that has two
 * @param window of a text or a wave; null for the usual one
 * @param preparation of the data that the model learned from; null to prepare the data by itself
 */
public record SourceOptions(
    @Nullable String labelColumn,
    boolean labelRequired,
    LabelMeaning labels,
    boolean standardize,
    Part part,
    @Nullable Window window,
    @Nullable Preparation preparation) {

  /** What a table's labels mean. */
  public enum LabelMeaning {
    /** Whole numbers from 0 and texts are classes, other numbers are a regression's targets. */
    AUTO,
    /** Classes, whatever they look like. */
    CLASS,
    /** A regression's targets. */
    NUMBER
  }

  /** The parts that a data set may have. */
  public enum Part {
    TRAIN,
    TEST
  }

  /** What suits a producer of training batches. */
  public static final SourceOptions FOR_TRAINING =
      new SourceOptions(null, true, LabelMeaning.AUTO, false, Part.TRAIN, null, null);

  /**
   * What suits a caller of a model: labels may be missing, and it is the test part that is asked.
   */
  public static final SourceOptions FOR_REQUESTS =
      new SourceOptions(null, false, LabelMeaning.AUTO, false, Part.TEST, null, null);

  public SourceOptions withLabelColumn(@Nullable String column) {
    return new SourceOptions(column, labelRequired, labels, standardize, part, window, preparation);
  }

  public SourceOptions withLabels(LabelMeaning meaning) {
    return new SourceOptions(
        labelColumn, labelRequired, meaning, standardize, part, window, preparation);
  }

  public SourceOptions withStandardize(boolean whether) {
    return new SourceOptions(
        labelColumn, labelRequired, labels, whether, part, window, preparation);
  }

  public SourceOptions withPart(Part which) {
    return new SourceOptions(
        labelColumn, labelRequired, labels, standardize, which, window, preparation);
  }

  public SourceOptions withWindow(@Nullable Window size) {
    return new SourceOptions(
        labelColumn, labelRequired, labels, standardize, part, size, preparation);
  }

  public SourceOptions withPreparation(@Nullable Preparation known) {
    return new SourceOptions(labelColumn, labelRequired, labels, standardize, part, window, known);
  }
}
