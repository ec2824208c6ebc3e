package dev.tidemill.inference;

import org.jspecify.annotations.Nullable;

/** What the following thread contributes to the health detail. Any thread. */
final class ServingStatus {
  private volatile String serving = "waiting for the first version";
  private volatile boolean pinned;
  private volatile @Nullable String problem;

  void serves(long version) {
    serving = "serving version " + version;
    problem = null;
  }

  void pinned(boolean isPinned) {
    pinned = isPinned;
  }

  void problem(String what) {
    problem = what;
  }

  String detail() {
    String what = problem;
    return serving + (pinned ? " (pinned)" : "") + (what == null ? "" : "; " + what);
  }
}
