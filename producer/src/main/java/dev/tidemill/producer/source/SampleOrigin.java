package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/**
 * Where a sample comes from, and what its source says of it.
 *
 * @param where file and line, for messages; empty if the sample is generated
 * @param id the caller's own id; null if it has none
 * @param weight how much the sample counts; null if the source does not say
 */
public record SampleOrigin(String where, @Nullable String id, @Nullable Double weight) {
  /** The origin of a generated sample. */
  public static final SampleOrigin NONE = new SampleOrigin("", null, null);

  /** The origin of a sample without an id or a weight. */
  public static SampleOrigin at(String where) {
    return new SampleOrigin(where, null, null);
  }
}
