package dev.tidemill.natives;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads bundles of native libraries from the cache, and none from anywhere else: all are unpacked
 * before the first is loaded, and each is loaded by its path, after those that it needs ({@link
 * LoadOrder}). So the system's loader searches for none, whatever {@code LD_LIBRARY_PATH} and the
 * system's folders hold.
 *
 * <p>Safe from any thread.
 */
public final class NativeLoader {
  /** By name: one of a name serves all, as the system's loader has it. */
  private static final Map<String, Path> LOADED = new HashMap<>();

  private static final Map<String, String> FAILURES = new HashMap<>();

  private NativeLoader() {}

  /**
   * Whether it knows this platform's form of libraries; other platforms have loaders that do not
   * confuse ours with theirs.
   */
  public static boolean knowsThisPlatform() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Unpacks all, then loads all that are not loaded yet.
   *
   * @param bundles each after those that it needs
   * @throws NativeLibraryException if they cannot be unpacked, or one cannot be loaded
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

  /** Where a library was loaded from. */
  public static synchronized Optional<Path> loaded(String name) {
    return Optional.ofNullable(LOADED.get(name));
  }

  /** Why an optional library was not loaded, in the words of the system's loader. */
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
