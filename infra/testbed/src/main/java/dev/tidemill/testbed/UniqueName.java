package dev.tidemill.testbed;

import java.util.UUID;

/**
 * Generates names that no other test and no earlier run uses, so one broker can serve all tests.
 */
public final class UniqueName {
  private UniqueName() {}

  /**
   * Returns {@code stem} with a unique suffix; valid for a model, topic, group or transactional id.
   */
  public static String of(String stem) {
    return stem + "-" + UUID.randomUUID().toString().substring(0, 13);
  }
}
