package dev.tidemill.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Creates and deletes the temporary folders of commands. */
public final class Folders {
  private Folders() {}

  /**
   * Creates a temporary folder.
   *
   * @throws IllegalStateException if the folder cannot be created; the message says what to do
   */
  public static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot create a folder in "
              + System.getProperty("java.io.tmpdir")
              + "; choose another one with TIDEMILL_JAVA_OPTS=-Djava.io.tmpdir=DIR",
          e);
    }
  }

  /** Deletes a folder and its contents. */
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
