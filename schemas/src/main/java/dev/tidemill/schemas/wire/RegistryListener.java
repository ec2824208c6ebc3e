package dev.tidemill.schemas.wire;

/** Receives the availability of a {@link WireFormat}'s schema registry. Any thread. */
public interface RegistryListener {
  /** Called after each failed attempt that will be retried. */
  void unavailable(String why);

  /** Called once after {@link #unavailable}, when no question is waiting any more. */
  void available();
}
