package dev.tidemill.trainer;

/** The newest version that this process knows to be committed; 0 if it knows none. Any thread. */
final class KnownVersion {
  private volatile long version;

  long version() {
    return version;
  }

  /** One thread at a time: terms follow each other. */
  void committed(long newest) {
    version = Math.max(version, newest);
  }
}
