package dev.tidemill.messaging;

/** Thrown when a topic that a worker needs does not exist. */
public final class MissingTopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingTopicException(String topic, String bootstrapServers, String model) {
    super(
        "topic "
            + topic
            + " does not exist at "
            + bootstrapServers
            + "; create it with: tidemill topics create --model "
            + model);
  }
}
