package dev.tidemill.producer.source;

/** A sample has a class that the contract lacks. */
public final class NewClassException extends MalformedSampleException {
  private static final long serialVersionUID = 1L;

  private final String className;

  NewClassException(String message, String className) {
    super(message);
    this.className = className;
  }

  /** The class that is missing. */
  public String className() {
    return className;
  }
}
