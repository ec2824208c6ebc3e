package dev.tidemill.messaging;

/** A topic is there already, but not as it was to be created; Tidemill does not change it. */
public final class TopicMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicMismatchException(String topic, int actualPartitions, int wantedPartitions) {
    super(
        "topic "
            + topic
            + " exists with "
            + actualPartitions
            + " partitions, not "
            + wantedPartitions
            + "; give it that number, or remove or alter the topic with Kafka's own tools");
  }
}
