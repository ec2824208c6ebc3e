package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one process asks of its topics beyond its role.
 *
 * @param records the largest value that it writes to a topic, in bytes, where that is known
 * @param transaction how long its transactions may be open
 */
public record TopicLimits(Map<Topics.Name, Long> records, Duration transaction) {
  /** Nothing beyond the role. */
  public static final TopicLimits NONE = new TopicLimits(Map.of(), Duration.ZERO);

  public TopicLimits {
    records = Map.copyOf(records);
  }

  /** With the largest value that the process writes to a topic. */
  public TopicLimits withRecord(Topics.Name name, long bytes) {
    Map<Topics.Name, Long> more = new EnumMap<>(Topics.Name.class);
    more.putAll(records);
    more.put(name, bytes);
    return new TopicLimits(more, transaction);
  }

  /** With the longest time-out of its transactions. */
  public TopicLimits withTransaction(Duration longest) {
    return new TopicLimits(records, longest);
  }
}
