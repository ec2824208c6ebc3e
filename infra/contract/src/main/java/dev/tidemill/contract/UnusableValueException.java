package dev.tidemill.contract;

/** A raw value that the contract does not accept. The message names the feature and the value. */
public class UnusableValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 40;

  private final String name;
  private final String fault;

  /**
   * @param name of the feature or label
   * @param raw the value; null if it is missing
   * @param fault why it is not accepted, after "is", e.g. "not a finite number"
   */
  UnusableValueException(String name, Object raw, String fault) {
    this(name, shown(raw) + " is " + fault);
  }

  private UnusableValueException(String name, String fault) {
    super("`" + name + "`: " + fault);
    this.name = name;
    this.fault = fault;
  }

  static UnusableValueException missing(String name) {
    return new UnusableValueException(name, "has no value");
  }

  /** The feature or label. */
  public String name() {
    return name;
  }

  /** The value and what is wrong with it, without the name. */
  public String fault() {
    return fault;
  }

  /** Returns a short, printable form of a value, in backquotes. */
  public static String shown(Object raw) {
    String text = raw.toString();
    StringBuilder shown = new StringBuilder("`");
    text.codePoints()
        .limit(SHOWN)
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .forEach(shown::appendCodePoint);
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…`" : "`").toString();
  }
}
