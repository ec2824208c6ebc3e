package dev.tidemill.testbed;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting that a busy machine does not break. It costs nothing where what is awaited comes. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Eventually() {}

  /** Waits up to two minutes. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT);
  }
}
