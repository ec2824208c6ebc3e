package dev.tidemill.messaging;

import org.apache.kafka.common.Uuid;

/** Thrown when a topic was deleted and recreated while a worker used it. */
public final class TopicRecreatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicRecreatedException(String topic, Uuid before, Uuid now) {
    super(
        "topic "
            + topic
            + " was deleted and recreated while this worker used it (topic id "
            + before
            + ", now "
            + now
            + "): the old topic's offsets are invalid in the new one. Restart the worker; it"
            + " reports where it can continue");
  }
}
