package dev.tidemill.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that a command made for itself. */
public final class Folders {
  private Folders() {}

  /**
   * Makes a folder for as long as a command runs.
   *
   * @throws IllegalStateException if there is no place for one; the message says what to do
   */
  public static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new IllegalStateException(
          "no folder can be created in "
              + System.getProperty("java.io.tmpdir")
              + "; name another with TIDEMILL_JAVA_OPTS=-Djava.io.tmpdir=DIR",
          e);
    }
  }

  /** Removes a folder and all in it. */
  public static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
