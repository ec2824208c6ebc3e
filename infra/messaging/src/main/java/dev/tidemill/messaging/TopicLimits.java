package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one process requires of its topics beyond its role.
 *
 * @param records the largest value that it writes to each topic, in bytes, if known
 * @param transaction how long its transactions may be open
 */
public record TopicLimits(Map<Topics.Name, Long> records, Duration transaction) {
  /** No requirements beyond the role. */
  public static final TopicLimits NONE = new TopicLimits(Map.of(), Duration.ZERO);

  public TopicLimits {
    records = Map.copyOf(records);
  }

  /** Returns limits with the largest value that the process writes to a topic, in bytes. */
  public TopicLimits withRecord(Topics.Name name, long bytes) {
    Map<Topics.Name, Long> more = new EnumMap<>(Topics.Name.class);
    more.putAll(records);
    more.put(name, bytes);
    return new TopicLimits(more, transaction);
  }

  /** Returns limits with the longest timeout of the process's transactions. */
  public TopicLimits withTransaction(Duration longest) {
    return new TopicLimits(records, longest);
  }
}
