package dev.tidemill.producer;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a producer is.
 *
 * @param before samples that earlier runs had sent
 * @param samples sent by this run
 * @param records sent by this run
 * @param total samples of the source, those of earlier runs included; empty for an endless one
 * @param samplesPerSecond of this run
 * @param refused samples that could not be used
 */
public record SendProgress(
    long before,
    long samples,
    long records,
    OptionalLong total,
    double samplesPerSecond,
    long refused) {

  /** How long the rest takes at this rate; empty where there is no end or no rate yet. */
  public Optional<Duration> remaining() {
    if (total.isEmpty() || samplesPerSecond <= 0) {
      return Optional.empty();
    }
    double seconds = (total.getAsLong() - before - samples) / samplesPerSecond;
    return Optional.of(Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))));
  }

  /** Whether there was nothing to send that had not been sent before. */
  public boolean nothingLeft() {
    return samples == 0 && total.isPresent() && before >= total.getAsLong();
  }
}
