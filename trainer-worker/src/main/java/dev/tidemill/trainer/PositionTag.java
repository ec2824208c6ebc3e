package dev.tidemill.trainer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that the trainers' group commits with an offset: the version that the offset
 * follows, and what was passed since. The manifest decides where training continues. An offset with
 * the newest version's tag moves that position further.
 *
 * @param version the newest at the commit; 0 before the first
 * @param run that committed the offset
 * @param epoch of the offset
 * @param topicId id of the batches topic
 * @param from the offset at which the next version's range begins
 * @param refused number of dead letters of all partitions committed since that version
 * @param diverged how often training diverged after that version, with this spec
 * @param spec digest of the spec that diverged; empty if none did
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

  /** Formats the tag as offset metadata, at most a few hundred characters. */
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

  /** Parses offset metadata; empty if it is not a valid tag. */
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
