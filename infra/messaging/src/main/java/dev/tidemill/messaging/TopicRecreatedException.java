package dev.tidemill.messaging;

import org.apache.kafka.common.Uuid;

/** A topic was deleted and made anew while a worker used it. */
public final class TopicRecreatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicRecreatedException(String topic, Uuid before, Uuid now) {
    super(
        "topic "
            + topic
            + " was deleted and made anew while this worker used it (topic id "
            + before
            + ", now "
            + now
            + "): offsets of the former topic mean nothing in the new one. Start the worker again;"
            + " it says what it can go on from");
  }
}
