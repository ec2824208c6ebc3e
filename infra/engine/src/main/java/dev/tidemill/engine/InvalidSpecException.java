package dev.tidemill.engine;

import java.util.List;

/** Thrown for an invalid model spec; lists every fault. */
public final class InvalidSpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of strings
  private final List<String> faults;

  /**
   * @param faults one sentence each: where, what is required and what was found
   */
  public InvalidSpecException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults));
    this.faults = List.copyOf(faults);
  }

  /** All faults, in the order of the spec. */
  public List<String> faults() {
    return faults;
  }
}
