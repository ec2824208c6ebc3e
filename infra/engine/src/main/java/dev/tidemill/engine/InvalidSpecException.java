package dev.tidemill.engine;

import java.util.List;

/** A model spec that cannot be used, with every fault that was found in it. */
public final class InvalidSpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of strings
  private final List<String> faults;

  /**
   * @param faults one sentence each: where, what it needs and what it got
   */
  public InvalidSpecException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults));
    this.faults = List.copyOf(faults);
  }

  /** All faults, in the spec's order. */
  public List<String> faults() {
    return faults;
  }
}
