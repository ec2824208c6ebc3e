package dev.tidemill.producer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/**
 * A position as stored in a consumer group's offsets. The offset is the number of records; the
 * metadata contains the number of samples, the topic's id and a digest of the samples. A recreated
 * topic has another id, and does not contain the records before the position.
 */
record CommittedPosition(SourcePosition position, Uuid topicId) {
  private static final Pattern METADATA =
      Pattern.compile("samples=([0-9]{1,18}) topic=([A-Za-z0-9_-]{22})(?: digest=([0-9a-f]+))?");

  /** Converts the position to the offset to commit. */
  OffsetAndMetadata toOffset() {
    return new OffsetAndMetadata(
        position.records(),
        "samples="
            + position.samples()
            + " topic="
            + topicId
            + (position.digest().isEmpty() ? "" : " digest=" + position.digest()));
  }

  /**
   * Parses a committed offset.
   *
   * @param group the consumer group, for the message
   * @throws IllegalStateException if the offset was not committed by a producer
   */
  static CommittedPosition of(OffsetAndMetadata committed, String group) {
    Matcher metadata = METADATA.matcher(committed.metadata());
    if (!metadata.matches()) {
      throw new IllegalStateException(
          "the offset of group "
              + group
              + " is not a producer's position: offset "
              + committed.offset()
              + ", metadata \""
              + committed.metadata()
              + "\". To send the source from its beginning, use --source-name NAME");
    }
    return new CommittedPosition(
        new SourcePosition(
            committed.offset(),
            Long.parseLong(metadata.group(1)),
            metadata.group(3) == null ? "" : metadata.group(3)),
        Uuid.fromString(metadata.group(2)));
  }
}
