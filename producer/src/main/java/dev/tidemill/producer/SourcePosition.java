package dev.tidemill.producer;

/**
 * A position in a source: how many records and samples were sent.
 *
 * @param records records sent, which is also the sequence number of the next one
 * @param samples samples sent, which is also the index of the next one
 */
record SourcePosition(long records, long samples) {
  static final SourcePosition BEGINNING = new SourcePosition(0, 0);
}
