package dev.tidemill.benchmarks;

/** A benchmark that could not be run to its end; the message says who failed, and how. */
public final class BenchmarkException extends RuntimeException {
  public BenchmarkException(String message) {
    super(message);
  }

  public BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }
}
