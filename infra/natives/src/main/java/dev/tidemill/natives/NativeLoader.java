package dev.tidemill.natives;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads bundles of native libraries only from the cache. It unpacks all of them before it loads the
 * first, and loads each one by its path, after its dependencies ({@link LoadOrder}). So the
 * system's loader never searches for a library, whatever {@code LD_LIBRARY_PATH} and the system's
 * folders contain.
 *
 * <p>Any thread.
 */
public final class NativeLoader {
  /** Loaded libraries by name. Like the system's loader, a process has one library per name. */
  private static final Map<String, Path> LOADED = new HashMap<>();

  private static final Map<String, String> FAILURES = new HashMap<>();

  private NativeLoader() {}

  /**
   * Whether this loader supports the platform. The loaders of other platforms do not confuse our
   * libraries with the system's.
   */
  public static boolean knowsThisPlatform() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Unpacks all bundles, then loads the libraries that are not loaded yet.
   *
   * @param bundles the bundles, each after its dependencies
   * @throws NativeLibraryException if a bundle cannot be unpacked or a library cannot be loaded
   */
  public static synchronized void load(NativeCache cache, List<NativeBundle> bundles) {
    Unpacker unpacker = new Unpacker(cache);
    List<Unpacker.Unpacked> unpacked = new ArrayList<>();
    for (NativeBundle bundle : bundles) {
      unpacked.add(unpacker.unpack(bundle));
    }
    for (Unpacker.Unpacked bundle : unpacked) {
      for (LoadOrder.Library library : bundle.order().libraries()) {
        if (!LOADED.containsKey(library.name())) {
          load(bundle.folder().resolve(library.name()), library);
        }
      }
    }
  }

  /** Returns the path that a library was loaded from; empty if it was not loaded. */
  public static synchronized Optional<Path> loaded(String name) {
    return Optional.ofNullable(LOADED.get(name));
  }

  /** Returns the loader's message if an optional library could not be loaded. */
  public static synchronized Optional<String> failure(String name) {
    return Optional.ofNullable(FAILURES.get(name));
  }

  private static void load(Path file, LoadOrder.Library library) {
    try {
      System.load(file.toString());
      LOADED.put(library.name(), file);
    } catch (UnsatisfiedLinkError e) {
      if (!library.optional()) {
        throw NativeLibraryException.loading(file, e);
      }
      FAILURES.put(library.name(), String.valueOf(e.getMessage()));
    }
  }
}
