package dev.tidemill.producer.source;

import dev.tidemill.schemas.Standardization;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a source before it is read.
 *
 * @param key names the samples and their order: two sources with one key give the same samples at
 *     the same places, so that a producer can go on where another stopped
 * @param count how many samples; empty for one without a known end
 * @param repeatable whether it can be read from any place, any number of times
 * @param shape of each sample; empty where each has its own
 * @param standardization how features were standardized; null where they were not
 * @param metadata what goes along with each batch, e.g. class names
 */
public record SourceDescription(
    String key,
    OptionalLong count,
    boolean repeatable,
    List<Long> shape,
    @Nullable Standardization standardization,
    Map<String, String> metadata) {

  /** The metadata's key for the classes' names, a JSON array in the order of their numbers. */
  public static final String CLASS_NAMES = "class.names";

  public SourceDescription {
    shape = List.copyOf(shape);
    metadata = Map.copyOf(metadata);
  }

  /** A source of images or the like, of which nothing needs to be remembered. */
  public static SourceDescription of(String key, OptionalLong count, List<Long> shape) {
    return new SourceDescription(key, count, true, shape, null, Map.of());
  }

  SourceDescription as(String otherKey, OptionalLong otherCount) {
    return new SourceDescription(
        otherKey, otherCount, repeatable, shape, standardization, metadata);
  }
}
