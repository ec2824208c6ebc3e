package dev.tidemill.producer;

/**
 * How far a source has been sent.
 *
 * @param records sent so far, which is the number of the next one
 * @param samples sent so far, which is the place of the next one
 */
record SourcePosition(long records, long samples) {
  static final SourcePosition BEGINNING = new SourcePosition(0, 0);
}
