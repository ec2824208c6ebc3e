package dev.tidemill.checkpoints;

import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the checkpoints topic is no longer the one that was followed. It was recreated, has
 * lost records, or another lineage was written to it. Loaded versions can still be served.
 */
public final class LineageChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private LineageChangedException(String message, @Nullable Throwable cause) {
    super(
        message
            + ". Restore the topic; or, if it was replaced on purpose, restart the worker once the"
            + " new topic is complete",
        cause);
  }

  /** The next offset to read does not exist. */
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
                + ", but that offset no longer exists: the topic was recreated, or its records were"
                + " removed",
        cause);
  }

  /** The topic was deleted and recreated under the same name. */
  static LineageChangedException recreated(TopicPartition partition, long newest) {
    return new LineageChangedException(
        "%s was deleted and recreated after version %d was read, and lacks records that were read"
            .formatted(partition, newest),
        null);
  }

  /** A version that was read before was written again, with a payload and different contents. */
  static LineageChangedException rewritten(
      TopicPartition partition, long newest, Manifest manifest) {
    return new LineageChangedException(
        "%s holds version %d again at offset %d, with different contents, after version %d: the"
                .formatted(partition, manifest.version(), manifest.offset(), newest)
            + " topic was recreated, or a second lineage is written to it",
        null);
  }
}
