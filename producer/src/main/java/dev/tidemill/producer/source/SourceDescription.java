package dev.tidemill.producer.source;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Describes a source before it is read.
 *
 * @param key identifies the samples and their order: two sources with the same key have the same
 *     sample at each number, so a producer can continue where another one stopped
 * @param count number of samples; empty if there is no known end
 * @param repeatable whether it can be read from any sample, any number of times
 * @param shape shape of each sample; empty if samples differ in shape
 */
public record SourceDescription(
    String key, OptionalLong count, boolean repeatable, List<Long> shape) {

  public SourceDescription {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the key of a file. It does not depend on the working directory, so that files of the
   * same name in two folders are two sources.
   */
  public static String keyOf(String format, Path file) {
    return format + ":" + file.toAbsolutePath().normalize();
  }

  /** Describes a repeatable source. */
  public static SourceDescription of(String key, OptionalLong count, List<Long> shape) {
    return new SourceDescription(key, count, true, shape);
  }

  SourceDescription with(String otherKey, OptionalLong otherCount) {
    return new SourceDescription(otherKey, otherCount, repeatable, shape);
  }
}
