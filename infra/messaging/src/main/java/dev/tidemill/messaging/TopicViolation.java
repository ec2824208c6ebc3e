package dev.tidemill.messaging;

import org.jspecify.annotations.Nullable;

/**
 * One violation of a {@link TopicContract} by a topic or by the brokers.
 *
 * @param topic the topic's name; null for the brokers themselves
 * @param setting the name of the Kafka setting that is wrong, or {@code partitions}
 * @param fix the command that fixes it
 * @param repairTo the value that {@code tidemill topics create --repair} sets; null if it cannot
 *     repair the violation
 */
public record TopicViolation(
    @Nullable String topic,
    String setting,
    String actual,
    String required,
    String fix,
    @Nullable String repairTo) {
  /** The pseudo-setting for the number of partitions. */
  static final String PARTITIONS = "partitions";

  /** Returns one line that says what is wrong, what is required and how to fix it. */
  public String sentence() {
    return "%s: %s is %s, must be %s; fix it with: %s"
        .formatted(topic == null ? "brokers" : "topic " + topic, setting, actual, required, fix);
  }
}
