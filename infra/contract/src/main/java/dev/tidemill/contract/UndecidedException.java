package dev.tidemill.contract;

/** A contract cannot be derived without a decision. The message names it and the settings. */
public final class UndecidedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long sample;

  UndecidedException(String message) {
    this(message, -1);
  }

  /**
   * @param sample number of the sample that shows it, from 0; -1 if it is no single one
   */
  UndecidedException(String message, long sample) {
    super(message);
    this.sample = sample;
  }

  /** Number of the sample that shows it, from 0; -1 if it is no single one. */
  public long sample() {
    return sample;
  }
}
