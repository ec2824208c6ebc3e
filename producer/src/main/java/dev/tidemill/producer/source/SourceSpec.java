package dev.tidemill.producer.source;

/** The data source that {@code --data} names. */
public record SourceSpec(SourceFormat format, SourceArgument argument) {

  /**
   * Parses the value of {@code --data}.
   *
   * @throws UnusableSourceException if no format accepts it; the message names them
   */
  public static SourceSpec parse(String text) {
    SourceFormat format =
        SourceFormats.named(text.split(":", 2)[0])
            .orElseThrow(
                () ->
                    new UnusableSourceException(
                        "unknown data source `"
                            + text
                            + "`; the sources are "
                            + SourceFormats.forms()));
    SourceSpec spec = new SourceSpec(format, SourceArgument.of(text));
    if (!spec.isStandardInput()) {
      format.check(spec.argument);
    }
    return spec;
  }

  /** Whether the source is standard input. */
  boolean isStandardInput() {
    return format instanceof StreamedFormat && argument.isStandardInput();
  }

  /** Whether the text names a source that is cut into windows; it need not be valid otherwise. */
  public static boolean hasWindows(String text) {
    return SourceFormats.named(text.split(":", 2)[0])
        .filter(format -> format.options().contains(SourceOption.WINDOW))
        .isPresent();
  }

  @Override
  public String toString() {
    return argument.source();
  }
}
