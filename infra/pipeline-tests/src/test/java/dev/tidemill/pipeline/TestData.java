package dev.tidemill.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the suite trains on: real digits where the shared folder has them, drawn ones elsewhere. */
final class TestData {
  static final Path SHARED = Path.of(System.getProperty("tidemill.shared", "../shared"));
  static final Path MNIST = SHARED.resolve("data/mnist");

  private TestData() {}

  /** For {@code --data}: at least 10,000 grey digits of 28x28. */
  static String digits() {
    return Files.isDirectory(MNIST) ? "idx:" + MNIST : "digits";
  }
}
