package dev.tidemill.runtime;

import java.util.List;

/** Thrown for invalid settings. The command line prints every fault and exits with status 2. */
public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> faults;

  public InvalidSettingsException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /** Returns every fault, one sentence each, which names its key. */
  public List<String> faults() {
    return faults;
  }
}
