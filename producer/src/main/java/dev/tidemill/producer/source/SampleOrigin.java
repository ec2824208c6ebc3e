package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/**
 * Where a sample comes from, and what its source says of it.
 *
 * @param source the file or stream, for messages; empty if the sample is generated
 * @param line its line, from 1; 0 if the source has none
 * @param id the caller's own id; null if it has none
 * @param weight how much the sample counts; null if the source does not say
 */
public record SampleOrigin(String source, long line, @Nullable String id, @Nullable Double weight) {
  /** The origin of a generated sample. */
  public static final SampleOrigin NONE = new SampleOrigin("", 0, null, null);

  /** The origin of a sample without an id or a weight. */
  public static SampleOrigin at(String source, long line) {
    return new SampleOrigin(source, line, null, null);
  }

  /** File and line, for messages; empty if the sample is generated. */
  public String where() {
    return line == 0 ? source : source + " line " + line;
  }
}
