package dev.tidemill.schemas.wire;

/** Receives the state of the schema registry behind a {@link WireFormat}. Any thread. */
public interface RegistryListener {
  /** A question was not answered; it is asked again. Called at each failed attempt. */
  void unavailable(String why);

  /** No question is waiting any more. Called once after {@link #unavailable}. */
  void available();
}
