package dev.tidemill.producer;

/** Hears how a producer gets on; called on its thread. */
public interface SendListener {
  /** A record was sent, or a run found where it begins. */
  void progressed(SendProgress progress);

  /** A sample of a stream could not be used and was left out. */
  void refused(String reason);
}
