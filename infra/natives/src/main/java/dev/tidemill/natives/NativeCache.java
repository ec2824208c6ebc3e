package dev.tidemill.natives;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The folder for unpacked native libraries: the value of {@code TIDEMILL_CACHE}, or else {@code
 * tidemill} in {@code XDG_CACHE_HOME} or in {@code .cache} in the user's home.
 *
 * @param folder absolute path; the folder need not exist yet
 */
public record NativeCache(Path folder) {
  /** The environment variable that sets the folder. */
  public static final String VARIABLE = "TIDEMILL_CACHE";

  public NativeCache {
    folder = folder.toAbsolutePath();
  }

  /**
   * Returns the cache according to this process's environment.
   *
   * @throws NativeLibraryException if the environment determines no folder
   */
  public static NativeCache ofThisProcess() {
    return of(System.getenv(), System.getProperty("user.home", ""));
  }

  static NativeCache of(Map<String, String> environment, String userHome) {
    String given = environment.getOrDefault(VARIABLE, "");
    if (!given.isEmpty()) {
      return new NativeCache(path(VARIABLE, given));
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!caches.isEmpty()) {
      return new NativeCache(path("XDG_CACHE_HOME", caches).resolve("tidemill"));
    }
    String home = environment.getOrDefault("HOME", "");
    // Java sets user.home to "?" if the system does not know the user.
    String known = home.isEmpty() && !userHome.equals("?") ? userHome : home;
    if (known.isEmpty()) {
      throw NativeLibraryException.noHome();
    }
    return new NativeCache(path("HOME", known).resolve(".cache").resolve("tidemill"));
  }

  private static Path path(String variable, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new NativeLibraryException(
          variable
              + " is not a valid path: "
              + e.getMessage()
              + "; set "
              + VARIABLE
              + " to a folder");
    }
  }
}
