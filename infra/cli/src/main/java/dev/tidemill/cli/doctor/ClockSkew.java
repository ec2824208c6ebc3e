package dev.tidemill.cli.doctor;

import java.time.Duration;

/**
 * How far a broker's clock is ahead of this machine's. As in the Network Time Protocol, the
 * broker's time is taken to be in the middle between sending and acknowledgement.
 *
 * @param millis negative if the broker's clock is behind
 * @param uncertaintyMillis the largest error of {@code millis}
 */
record ClockSkew(long millis, long uncertaintyMillis) {
  private static final Duration NOTICEABLE = Duration.ofSeconds(1);

  /** From here on, the topics may refuse records whose time is that of the other clock. */
  private static final Duration REFUSED = Duration.ofMinutes(10);

  /**
   * @param sent when the record was sent, on this machine's clock
   * @param appended when it was appended, on the broker's clock
   * @param acknowledged when the acknowledgement was received, on this machine's clock
   */
  static ClockSkew of(long sent, long appended, long acknowledged) {
    // A clock shows whole milliseconds, so the time of each event is known to one of them.
    return new ClockSkew(
        appended - (sent + acknowledged) / 2, Math.max(0, acknowledged - sent) / 2 + 1);
  }

  Finding finding(int broker) {
    String found =
        "broker %d's clock is %d ms %s this machine's, give or take %d ms"
            .formatted(
                broker, Math.abs(millis), millis < 0 ? "behind" : "ahead of", uncertaintyMillis);
    long certain = Math.abs(millis) - uncertaintyMillis;
    String fix = "synchronize both machines' clocks with NTP, for example with chrony";
    if (certain > REFUSED.toMillis()) {
      return Finding.error(found + "; topics may refuse records, and retention is wrong", fix);
    }
    return certain > NOTICEABLE.toMillis()
        ? Finding.warning(found + "; latencies and freshness are wrong by that", fix)
        : Finding.ok(found);
  }
}
