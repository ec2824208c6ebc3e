package dev.tidemill.producer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/**
 * A position as it is kept in a group's offsets: the number of records is the offset, the number of
 * samples and the topic's id are its metadata. A topic of the same name with another id does not
 * hold the records before the position.
 */
record CommittedPosition(SourcePosition position, Uuid topicId) {
  private static final Pattern METADATA =
      Pattern.compile("samples=([0-9]{1,18}) topic=([A-Za-z0-9_-]{22})");

  /** As it is committed. */
  OffsetAndMetadata toOffset() {
    return new OffsetAndMetadata(
        position.records(), "samples=" + position.samples() + " topic=" + topicId);
  }

  /**
   * Reads what was committed.
   *
   * @param group for the message
   * @throws IllegalStateException if the group's offset is no producer's position
   */
  static CommittedPosition of(OffsetAndMetadata committed, String group) {
    Matcher metadata = METADATA.matcher(committed.metadata());
    if (!metadata.matches()) {
      throw new IllegalStateException(
          "the offset of group "
              + group
              + " is no position in a source: offset "
              + committed.offset()
              + ", metadata \""
              + committed.metadata()
              + "\". To send the source from its beginning, delete the group with Kafka's tool"
              + " kafka-consumer-groups");
    }
    return new CommittedPosition(
        new SourcePosition(committed.offset(), Long.parseLong(metadata.group(1))),
        Uuid.fromString(metadata.group(2)));
  }
}
