package dev.tidemill.checkpoints;

import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints topic is no longer the one that was followed: it was made anew, it lost records,
 * or another lineage was written to it. What was loaded before can still be served.
 */
public final class LineageChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private LineageChangedException(String message, @Nullable Throwable cause) {
    super(
        message
            + ". Restore the topic, or, if it was replaced on purpose, restart the worker once the"
            + " topic is as it should be",
        cause);
  }

  /** The offset that comes after what was read does not exist. */
  static LineageChangedException lost(
      TopicPartition partition, long newest, OffsetOutOfRangeException cause) {
    String read =
        "%s was read to offset %d, version %d"
            .formatted(
                partition, cause.offsetOutOfRangePartitions().getOrDefault(partition, -1L), newest);
    return new LineageChangedException(
        cause instanceof LogTruncationException
            ? read
                + ", and the brokers have lost records before that: a replica that lagged behind"
                + " became the leader (unclean.leader.election.enable)"
            : read
                + ", and has no such offset any more: the topic was made anew, or its records were"
                + " removed",
        cause);
  }

  /** The topic was deleted, and one of the same name was created. */
  static LineageChangedException recreated(TopicPartition partition, long newest) {
    return new LineageChangedException(
        "%s was deleted and made anew after version %d was read, and does not hold what was read"
            .formatted(partition, newest),
        null);
  }

  /** A version that was read before is there again, with its payload and other contents. */
  static LineageChangedException writtenAgain(
      TopicPartition partition, long newest, Manifest manifest) {
    return new LineageChangedException(
        "%s holds version %d again at offset %d, with other contents, after version %d: the topic"
                .formatted(partition, manifest.version(), manifest.offset(), newest)
            + " was made anew, or a second lineage is written to it",
        null);
  }
}
