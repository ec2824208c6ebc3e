package dev.tidemill.testbed;

import java.util.UUID;

/** Names that no other test and no earlier run uses, so that one broker serves all tests. */
public final class UniqueName {
  private UniqueName() {}

  /** {@code stem} with a suffix; fit for a model, a topic, a group or a transactional id. */
  public static String of(String stem) {
    return stem + "-" + UUID.randomUUID().toString().substring(0, 13);
  }
}
