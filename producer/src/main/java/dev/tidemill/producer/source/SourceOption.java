package dev.tidemill.producer.source;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.table.TableFormat;

/** The options that only some formats take. */
public enum SourceOption {
  /** How the contract of a model without one is derived. */
  CONTRACT("data.labels, data.standardize, data.sequence, data.categories and data.missing"),

  /** Which column is the label. */
  LABEL_COLUMN("a label column"),

  /** Which columns are features. */
  COLUMNS("data.features and data.exclude"),

  /** How a table is written as text. */
  TEXT_TABLE("delimiter, encoding, decimal, thousands, dates and columns"),

  /** Which of its two parts is read. */
  PART("data.part"),

  /** The length of a sample. */
  WINDOW("a window"),

  /** The distance between two windows. */
  STRIDE("a stride");

  private final String words;

  SourceOption(String words) {
    this.words = words;
  }

  /**
   * Refuses options that a format does not take.
   *
   * @throws UnusableSourceException for the first one; the message names the formats that take it
   */
  static void requireTaken(SourceFormat format, SourceOptions options) {
    for (SourceOption option : values()) {
      if (option.isGiven(options) && !format.options().contains(option)) {
        throw new UnusableSourceException(
            format.name()
                + " does not take "
                + option.words
                + "; the sources that do are "
                + SourceFormats.taking(option));
      }
    }
  }

  private boolean isGiven(SourceOptions options) {
    TableFormat table = options.table();
    Window window = options.window();
    return switch (this) {
      case CONTRACT -> !options.derive().equals(DeriveOptions.DEFAULT);
      case LABEL_COLUMN -> options.labelColumn() != null;
      case COLUMNS -> !table.features().isEmpty() || !table.exclude().isEmpty();
      case TEXT_TABLE -> !table.withoutChoice().equals(TableFormat.DEFAULT);
      case PART -> options.part() != null;
      case WINDOW -> window != null;
      case STRIDE -> window != null && window.stride() != window.length();
    };
  }
}
