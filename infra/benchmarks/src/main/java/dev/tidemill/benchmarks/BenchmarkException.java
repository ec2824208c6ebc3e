package dev.tidemill.benchmarks;

import org.jspecify.annotations.Nullable;

/** A benchmark cannot be completed; the message says who failed, and how. */
public final class BenchmarkException extends RuntimeException {
  public BenchmarkException(String message) {
    super(message);
  }

  public BenchmarkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
