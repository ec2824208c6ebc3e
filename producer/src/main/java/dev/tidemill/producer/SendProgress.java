package dev.tidemill.producer;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a producer is. What counts as sent is what the brokers committed, or acknowledged where
 * there are no transactions.
 *
 * @param before samples that earlier runs had sent
 * @param samples sent by this run
 * @param records sent by this run
 * @param taken samples that this run has read, except those that could not be used
 * @param written records that this run has given to Kafka's client, sent or not
 * @param total samples of the source, those of earlier runs included; empty for an endless one
 * @param samplesPerSecond of this run
 * @param refused samples that could not be used
 */
public record SendProgress(
    long before,
    long samples,
    long records,
    long taken,
    long written,
    OptionalLong total,
    double samplesPerSecond,
    long refused) {

  /** How long the rest takes at this rate; empty where there is no end or no rate yet. */
  public Optional<Duration> remaining() {
    if (total.isEmpty() || samplesPerSecond <= 0) {
      return Optional.empty();
    }
    double seconds = (total.getAsLong() - reached()) / samplesPerSecond;
    return Optional.of(Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))));
  }

  /** Samples of the source that are sent, which is the place of the next one. */
  public long reached() {
    return before + samples;
  }

  /** Samples that were read, and are not sent. */
  public long unsent() {
    return taken - samples;
  }

  /** Whether there was nothing to send that had not been sent before. */
  public boolean nothingLeft() {
    return taken == 0 && total.isPresent() && before >= total.getAsLong();
  }

  /** Whether all that was read is sent, and a source that has an end is sent to its end. */
  public boolean isSentWhole() {
    return unsent() == 0 && (total.isEmpty() || reached() >= total.getAsLong());
  }

  /** As {@link #isSentWhole}, and no sample was left out. */
  public boolean isWhole() {
    return isSentWhole() && refused == 0;
  }
}
