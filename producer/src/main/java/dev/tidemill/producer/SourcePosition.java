package dev.tidemill.producer;

/**
 * A position in a source: how many records and samples were sent.
 *
 * @param records records sent, which is also the sequence number of the next one
 * @param samples samples read, which is also the index of the next one
 * @param digest the {@link SentDigest} of these samples; empty if the source's key says what they
 *     are
 */
record SourcePosition(long records, long samples, String digest) {
  static final SourcePosition BEGINNING = new SourcePosition(0, 0, "");
}
