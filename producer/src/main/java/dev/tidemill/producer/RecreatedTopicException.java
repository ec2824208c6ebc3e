package dev.tidemill.producer;

import org.apache.kafka.common.Uuid;

/** The committed position of a source belongs to a topic that was recreated since. */
public final class RecreatedTopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecreatedTopicException(String source, String topic, CommittedPosition committed, Uuid now) {
    super(
        "topic "
            + topic
            + " was recreated: "
            + committed.position().samples()
            + " samples of "
            + source
            + " were sent to the topic with id "
            + committed.topicId()
            + "; the topic now has id "
            + now
            + ". To send them again, add --set "
            + SendSettings.RECREATED_TOPIC
            + "=restart; to skip them and continue at sample "
            + committed.position().samples()
            + ", add --set "
            + SendSettings.RECREATED_TOPIC
            + "=continue");
  }
}
