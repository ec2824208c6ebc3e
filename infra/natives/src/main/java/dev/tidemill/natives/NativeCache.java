package dev.tidemill.natives;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The folder that native libraries are unpacked into: what {@code TIDEMILL_CACHE} says, or else
 * {@code tidemill} below {@code XDG_CACHE_HOME} or below {@code .cache} in the user's home.
 *
 * @param folder absolute; it need not exist yet
 */
public record NativeCache(Path folder) {
  /** The environment variable that names it. */
  public static final String VARIABLE = "TIDEMILL_CACHE";

  public NativeCache {
    folder = folder.toAbsolutePath();
  }

  /**
   * The cache that this process's environment names.
   *
   * @throws NativeLibraryException if it names none
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
    // Java says "?" where the system does not know the user.
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
          variable + " is no path: " + e.getMessage() + "; set " + VARIABLE + " to a folder");
    }
  }
}
