package dev.tidemill.producer.source;

import dev.tidemill.schemas.Standardization;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Describes a source before it is read.
 *
 * @param key identifies the samples and their order: two sources with the same key have the same
 *     sample at each number, so a producer can continue where another one stopped
 * @param count number of samples; empty if there is no known end
 * @param repeatable whether it can be read from any sample, any number of times
 * @param shape shape of each sample; empty if samples differ in shape
 * @param standardization how the features are standardized; null if they are not
 * @param metadata metadata of each batch, e.g. class names
 */
public record SourceDescription(
    String key,
    OptionalLong count,
    boolean repeatable,
    List<Long> shape,
    @Nullable Standardization standardization,
    Map<String, String> metadata) {

  /** Metadata key of the class names: a JSON array in the order of the class numbers. */
  public static final String CLASS_NAMES = "class.names";

  public SourceDescription {
    shape = List.copyOf(shape);
    metadata = Map.copyOf(metadata);
  }

  /** Describes a repeatable source without standardization or metadata. */
  public static SourceDescription of(String key, OptionalLong count, List<Long> shape) {
    return new SourceDescription(key, count, true, shape, null, Map.of());
  }

  SourceDescription with(String otherKey, OptionalLong otherCount) {
    return new SourceDescription(
        otherKey, otherCount, repeatable, shape, standardization, metadata);
  }
}
