package dev.tidemill.producer;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The progress of a producer. A sample counts as sent when the brokers have committed it, or
 * acknowledged it if the producer uses no transactions.
 *
 * @param before samples sent by earlier runs
 * @param samples samples sent by this run
 * @param records records sent by this run
 * @param taken valid samples read by this run
 * @param written records passed to the Kafka client by this run, sent or not
 * @param total samples in the source, including those of earlier runs; empty for an endless source
 * @param samplesPerSecond mean rate of this run
 * @param refused malformed samples that this run skipped
 * @param leftOut samples without a value that the contract leaves out
 */
public record SendProgress(
    long before,
    long samples,
    long records,
    long taken,
    long written,
    OptionalLong total,
    double samplesPerSecond,
    long refused,
    long leftOut) {

  /** The progress of a run that left nothing out. */
  public SendProgress(
      long before,
      long samples,
      long records,
      long taken,
      long written,
      OptionalLong total,
      double samplesPerSecond,
      long refused) {
    this(before, samples, records, taken, written, total, samplesPerSecond, refused, 0);
  }

  /** Estimated time for the rest; empty if the source is endless or nothing was sent yet. */
  public Optional<Duration> remaining() {
    if (total.isEmpty() || samplesPerSecond <= 0) {
      return Optional.empty();
    }
    double seconds = (total.getAsLong() - reached()) / samplesPerSecond;
    return Optional.of(Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))));
  }

  /** Samples that this and earlier runs are done with, which is also the index of the next one. */
  public long reached() {
    return before + samples + leftOut;
  }

  /** Samples read but not sent. */
  public long unsent() {
    return taken - samples;
  }

  /** Whether earlier runs had already sent the whole source. */
  public boolean nothingLeft() {
    return taken == 0 && leftOut == 0 && total.isPresent() && before >= total.getAsLong();
  }

  /** Whether all samples read are sent, and a finite source is sent to its end. */
  public boolean isFullySent() {
    return unsent() == 0 && (total.isEmpty() || reached() >= total.getAsLong());
  }

  /** Whether the source {@link #isFullySent}, and no sample was skipped. */
  public boolean isComplete() {
    return isFullySent() && refused == 0;
  }
}
