package dev.tidemill.runtime;

import java.time.Duration;

/**
 * The setting for how long a worker may do no work, or get no answer from a broker, before it is
 * degraded.
 */
public final class HealthTimeout {
  public static final String KEY = "health.timeout.ms";
  public static final Duration STANDARD = Duration.ofSeconds(15);

  private HealthTimeout() {}

  /** Returns the configured timeout, or the default in a process that does not define the key. */
  public static Duration of(Settings settings) {
    return settings.isSet(KEY) ? settings.getDuration(KEY) : STANDARD;
  }
}
