package dev.tidemill.producer.source;

/** The contract leaves a sample out, because a value is missing. */
public final class LeftOutException extends MalformedSampleException {
  private static final long serialVersionUID = 1L;

  LeftOutException(String message) {
    super(message);
  }
}
