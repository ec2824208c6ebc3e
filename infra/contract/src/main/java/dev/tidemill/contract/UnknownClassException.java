package dev.tidemill.contract;

/** A label is a class that the contract does not have. */
public final class UnknownClassException extends UnusableValueException {
  private static final long serialVersionUID = 1L;

  private final String className;

  UnknownClassException(Contract contract, String label, String className) {
    super(
        label,
        className,
        "new to "
            + contract
            + ", whose classes are "
            + shortened(String.join(", ", contract.classes())));
    this.className = className;
  }

  private static String shortened(String classes) {
    int most = 400;
    return classes.length() <= most ? classes : classes.substring(0, most) + " …";
  }

  /** The class that is missing. */
  public String className() {
    return className;
  }
}
