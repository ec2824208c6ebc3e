package dev.tidemill.messaging;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Thrown when a record's bytes are not what its topic's schema requires. */
public final class MalformedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final int partition;
  private final long offset;

  public MalformedRecordException(
      TopicPartition at, long offset, String reason, @Nullable Throwable cause) {
    super(at + " at offset " + offset + ": " + reason, cause);
    this.topic = at.topic();
    this.partition = at.partition();
    this.offset = offset;
  }

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  public long offset() {
    return offset;
  }
}
