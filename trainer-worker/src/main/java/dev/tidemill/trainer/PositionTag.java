package dev.tidemill.trainer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the trainer's group stores beside an offset: which version the offset belongs to, and what
 * was passed since. The manifest decides where reading goes on; an offset with the tag of the
 * newest version moves it further.
 *
 * @param version newest at the commit; 0 before the first
 * @param run of the trainer that committed
 * @param epoch of the offset
 * @param topicId of the batches topic that the offset belongs to
 * @param from offset at which the next version's range begins
 * @param refused records of all partitions whose dead letters are committed since that version
 * @param diverged how often training diverged after that version, with this spec
 * @param spec a digest of the spec that diverged; empty where none did
 */
record PositionTag(
    long version,
    long run,
    int epoch,
    String topicId,
    long from,
    long refused,
    int diverged,
    String spec) {

  /** As the metadata of a Kafka offset, at most a few hundred characters. */
  String metadata() {
    return "version="
        + version
        + " run="
        + run
        + " epoch="
        + epoch
        + " topic_id="
        + topicId
        + " from="
        + from
        + " refused="
        + refused
        + (diverged == 0 ? "" : " diverged=" + diverged + " spec=" + spec);
  }

  /** Empty where the metadata is somebody else's, or damaged. */
  static Optional<PositionTag> parse(@Nullable String metadata) {
    Map<String, String> fields = new HashMap<>();
    for (String field : metadata == null ? new String[0] : metadata.split(" ", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    try {
      return Optional.of(
          new PositionTag(
              number(fields, "version", ""),
              number(fields, "run", ""),
              Math.toIntExact(number(fields, "epoch", "")),
              fields.getOrDefault("topic_id", ""),
              number(fields, "from", ""),
              number(fields, "refused", ""),
              Math.toIntExact(number(fields, "diverged", "0")),
              fields.getOrDefault("spec", "")));
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static long number(Map<String, String> fields, String name, String otherwise) {
    return Long.parseLong(fields.getOrDefault(name, otherwise));
  }
}
