package dev.tidemill.messaging;

import org.jspecify.annotations.Nullable;

/**
 * One way in which a topic, or the brokers, are not as Tidemill needs them.
 *
 * @param topic its name; null for the brokers themselves
 * @param setting Kafka's name of what is wrong, or {@code partitions}
 * @param fix the command that fixes it
 * @param repairTo the value that {@code tidemill topics create --repair} gives the setting; null if
 *     it cannot fix it
 */
public record TopicViolation(
    @Nullable String topic,
    String setting,
    String actual,
    String required,
    String fix,
    @Nullable String repairTo) {
  /** Kafka's word for how many partitions a topic has. */
  static final String PARTITIONS = "partitions";

  /** What is wrong, what is needed and how to get there, in one line. */
  public String sentence() {
    return "%s: %s is %s, must be %s; fix it with: %s"
        .formatted(topic == null ? "brokers" : "topic " + topic, setting, actual, required, fix);
  }
}
