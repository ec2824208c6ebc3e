package dev.tidemill.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;

/** Training data: real digits if the shared folder has them, otherwise drawn ones. */
final class TestData {
  static final Path SHARED = Path.of(System.getProperty("tidemill.shared", "../shared"));
  static final Path MNIST = SHARED.resolve("data/mnist");

  private TestData() {}

  /** Returns a value for {@code --data} with at least 10,000 gray digits of 28x28. */
  static String digits() {
    return Files.isDirectory(MNIST) ? "idx:" + MNIST : "digits";
  }
}
