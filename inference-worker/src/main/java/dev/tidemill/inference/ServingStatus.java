package dev.tidemill.inference;

import org.jspecify.annotations.Nullable;

/** What the following thread tells of itself, for the health report. Any thread. */
final class ServingStatus {
  private volatile String serving = "waiting for a first version";
  private volatile boolean pinned;
  private volatile @Nullable String trouble;

  void serves(long version) {
    serving = "serving version " + version;
    trouble = null;
  }

  void pinned(boolean isPinned) {
    pinned = isPinned;
  }

  void trouble(String what) {
    trouble = what;
  }

  String detail() {
    String what = trouble;
    return serving + (pinned ? " (pinned)" : "") + (what == null ? "" : "; " + what);
  }
}
