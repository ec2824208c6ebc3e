package dev.tidemill.contract;

import java.util.List;

/** A contract contradicts itself. The message lists every fault. */
public final class InvalidContractException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidContractException(String name, List<String> faults) {
    super(name + ": " + String.join("; ", faults));
  }
}
