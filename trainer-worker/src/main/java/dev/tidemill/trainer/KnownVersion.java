package dev.tidemill.trainer;

/** The newest committed version that this process knows; 0 if there is none. Any thread. */
final class KnownVersion {
  private volatile long version;

  long version() {
    return version;
  }

  /** Records a committed version. One thread at a time: terms do not overlap. */
  void committed(long newest) {
    version = Math.max(version, newest);
  }
}
