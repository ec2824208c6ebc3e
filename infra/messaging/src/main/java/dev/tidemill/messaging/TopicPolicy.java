package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/** The Kafka topic settings of each topic: retention, compaction and record size. */
final class TopicPolicy {
  /** The largest batch or request: 16 MiB. */
  static final int LARGEST_RECORD_BYTES = 16 * 1024 * 1024;

  /** A dead letter holds the whole refused record, so it is larger than that record. */
  static final int LARGEST_DEAD_LETTER_BYTES = LARGEST_RECORD_BYTES + 1024 * 1024;

  private static final int CHUNK_SEGMENT_BYTES = 64 * 1024 * 1024;

  private TopicPolicy() {}

  static Map<String, String> configs(Topics.Name name) {
    return switch (name) {
      case BATCHES, REQUESTS -> deleted(Duration.ofDays(7), LARGEST_RECORD_BYTES);
      case PREDICTIONS, LABELS -> deleted(Duration.ofDays(7));
      case PROGRESS -> deleted(Duration.ofDays(1));
      case DEAD_LETTERS -> deleted(Duration.ofDays(90), LARGEST_DEAD_LETTER_BYTES);
      // The newest command pins the version, however old that command is.
      case CONTROL ->
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
              TopicConfig.RETENTION_MS_CONFIG, "-1",
              TopicConfig.RETENTION_BYTES_CONFIG, "-1");
      case CONTRACT, CHECKPOINTS ->
          Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
      // Kafka never compacts the active segment, so small segments free space sooner.
      case CHECKPOINT_CHUNKS ->
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              TopicConfig.CLEANUP_POLICY_COMPACT,
              TopicConfig.SEGMENT_BYTES_CONFIG,
              Integer.toString(CHUNK_SEGMENT_BYTES));
    };
  }

  private static Map<String, String> deleted(Duration after) {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(after.toMillis()));
  }

  private static Map<String, String> deleted(Duration after, int largestRecordBytes) {
    Map<String, String> configs = new TreeMap<>(deleted(after));
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largestRecordBytes));
    return Map.copyOf(configs);
  }
}
