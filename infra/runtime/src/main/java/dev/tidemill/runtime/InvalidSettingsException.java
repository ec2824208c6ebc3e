package dev.tidemill.runtime;

import java.util.List;

/** Settings that cannot be used; the command line ends with status 2 and prints every fault. */
public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> faults;

  public InvalidSettingsException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /** Every fault found, one sentence each, each naming its key. */
  public List<String> faults() {
    return faults;
  }
}
