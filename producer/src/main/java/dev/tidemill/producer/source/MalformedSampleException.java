package dev.tidemill.producer.source;

/** One sample is malformed; the other samples of its source are usable. */
public class MalformedSampleException extends UnusableSourceException {
  private static final long serialVersionUID = 1L;

  public MalformedSampleException(String message) {
    super(message);
  }
}
