package dev.tidemill.checkpoints;

/** Thrown when a version's bytes contradict its manifest or its spec. */
public final class CorruptCheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long version;
  private final String expected;
  private final String actual;

  public CorruptCheckpointException(long version, String expected, String actual) {
    super("version " + version + " is corrupt: expected " + expected + ", found " + actual);
    this.version = version;
    this.expected = expected;
    this.actual = actual;
  }

  CorruptCheckpointException(long version, MalformedSafeTensorsException cause) {
    this(version, "a safetensors file of the manifest's spec", String.valueOf(cause.getMessage()));
    initCause(cause);
  }

  public long version() {
    return version;
  }

  public String expected() {
    return expected;
  }

  public String actual() {
    return actual;
  }
}
