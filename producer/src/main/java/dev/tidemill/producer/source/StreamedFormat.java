package dev.tidemill.producer.source;

import java.io.InputStream;

/** A format that standard input can have, too: {@code NAME:-}. */
public interface StreamedFormat extends SourceFormat {
  /**
   * Reads samples from a stream.
   *
   * @param name name of the stream, for messages
   * @param limit maximum number of samples to read
   */
  SampleSource stream(InputStream in, String name, long limit, SourceOptions options);
}
