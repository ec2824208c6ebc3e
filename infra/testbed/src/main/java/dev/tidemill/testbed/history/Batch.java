package dev.tidemill.testbed.history;

/**
 * A record of {@code batches}.
 *
 * @param committed whether a {@code read_committed} reader sees it; otherwise its transaction was
 *     aborted or is open
 * @param readable whether it can be decoded; if not, all that follows is empty, and it counts as
 *     one sample
 * @param samples number of its samples
 * @param checksum CRC-32 of its value
 */
public record Batch(
    Place at,
    boolean committed,
    boolean readable,
    String source,
    long sequence,
    long firstSample,
    int samples,
    long checksum) {

  /** Returns where a sample is, for messages. */
  public String where(int sample) {
    return samples == 1 ? at.toString() : at + " sample " + sample;
  }
}
