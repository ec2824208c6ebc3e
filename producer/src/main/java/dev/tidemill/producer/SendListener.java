package dev.tidemill.producer;

/** Receives what a producer reports; called on its thread. */
public interface SendListener {
  /** Records were sent, or a run found where it begins. */
  void progressed(SendProgress progress);

  /** A sample of a stream could not be used and was left out. */
  void refused(String reason);

  /** Something that its user should know, and that is no failure. */
  default void notice(String notice) {}
}
