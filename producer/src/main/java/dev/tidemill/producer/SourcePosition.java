package dev.tidemill.producer;

/**
 * How far a source has been sent.
 *
 * @param records sent so far, which is the number of the next one
 * @param samples sent so far, which is the place of the next one
 */
record SourcePosition(long records, long samples) {
  static final SourcePosition BEGINNING = new SourcePosition(0, 0);

  private static final String SAMPLES = "samples=";

  /** What is written beside the committed offset, which is the number of records. */
  String metadata() {
    return SAMPLES + samples;
  }

  static SourcePosition of(long offset, String metadata) {
    if (!metadata.startsWith(SAMPLES)) {
      throw new IllegalStateException(
          "not a producer's position: offset " + offset + ", " + metadata);
    }
    return new SourcePosition(offset, Long.parseLong(metadata.substring(SAMPLES.length())));
  }
}
