package dev.tidemill.producer;

import org.apache.kafka.common.Uuid;

/** A source's position belongs to a topic that was deleted and created again since. */
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
            + " were sent to the one with id "
            + committed.topicId()
            + ", not to the present one with id "
            + now
            + ". To send them again, add --set "
            + SendSettings.RECREATED_TOPIC
            + "=restart; to leave them out and continue at sample "
            + committed.position().samples()
            + ", --set "
            + SendSettings.RECREATED_TOPIC
            + "=continue");
  }
}
