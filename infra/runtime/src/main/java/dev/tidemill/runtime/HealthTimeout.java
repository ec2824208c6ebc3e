package dev.tidemill.runtime;

import java.time.Duration;

/** How long a worker may do nothing, or hear of no broker, before it is degraded. */
public final class HealthTimeout {
  public static final String KEY = "health.timeout.ms";
  public static final Duration STANDARD = Duration.ofSeconds(15);

  private HealthTimeout() {}

  /** As set; the standard one in a process that does not define it. */
  public static Duration of(Settings settings) {
    return settings.isSet(KEY) ? settings.getDuration(KEY) : STANDARD;
  }
}
