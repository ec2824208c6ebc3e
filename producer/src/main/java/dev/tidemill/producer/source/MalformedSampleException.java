package dev.tidemill.producer.source;

/** One sample that cannot be used, in a source whose other samples can. */
public final class MalformedSampleException extends UnusableSourceException {
  private static final long serialVersionUID = 1L;

  public MalformedSampleException(String message) {
    super(message);
  }
}
