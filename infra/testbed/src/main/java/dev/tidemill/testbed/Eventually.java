package dev.tidemill.testbed;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits long enough for a busy machine, and no longer than the condition takes. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Eventually() {}

  /** Returns a condition factory that waits up to two minutes. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT);
  }
}
