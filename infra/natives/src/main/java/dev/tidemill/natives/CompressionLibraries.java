package dev.tidemill.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Loads Kafka's native compression libraries, zstd and Snappy, from the cache. Without this, each
 * process unpacks a copy into the system's temporary folder. That folder may be mounted noexec, and
 * the copy remains if the process is killed. (LZ4 falls back to Java if it cannot be loaded.)
 */
public final class CompressionLibraries {
  private static final String ZSTD = "com/github/luben/zstd/util/Native.class";
  private static final String SNAPPY = "libsnappyjava.so";

  private static boolean loaded;

  private CompressionLibraries() {}

  /**
   * Loads the libraries on the class path; later calls do nothing. Any thread.
   *
   * @throws NativeLibraryException if they cannot be unpacked or loaded
   */
  public static synchronized void load() {
    if (loaded || !NativeLoader.knowsThisPlatform()) {
      return;
    }
    NativeCache cache = NativeCache.ofThisProcess();
    // These properties make zstd and Snappy load the given file, which is already loaded.
    zstd().ifPresent(zstd -> System.setProperty("ZstdNativePath", load(cache, zstd).toString()));
    NativeBundle snappy = snappy();
    if (snappy.isPresent()) {
      Path library = load(cache, snappy);
      System.setProperty("org.xerial.snappy.lib.path", String.valueOf(library.getParent()));
      System.setProperty("org.xerial.snappy.lib.name", SNAPPY);
    }
    loaded = true;
  }

  private static Path load(NativeCache cache, NativeBundle bundle) {
    NativeLoader.load(cache, List.of(bundle));
    return NativeLoader.loaded(bundle.roots().get(0)).orElseThrow();
  }

  /** Searches the jar, because the library's file name contains its version. */
  private static Optional<NativeBundle> zstd() {
    URL url = CompressionLibraries.class.getClassLoader().getResource(ZSTD);
    String folder = "linux/" + System.getProperty("os.arch");
    try {
      if (url != null && url.openConnection() instanceof JarURLConnection connection) {
        JarFile jar = connection.getJarFile();
        return jar.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.startsWith(folder + "/libzstd-jni") && name.endsWith(".so"))
            .findFirst()
            .map(name -> new NativeBundle("zstd", folder, name.substring(folder.length() + 1)));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + url, e);
    }
  }

  private static NativeBundle snappy() {
    String machine = System.getProperty("os.arch", "");
    return new NativeBundle(
        "snappy",
        "org/xerial/snappy/native/Linux/" + (machine.equals("amd64") ? "x86_64" : machine),
        SNAPPY);
  }
}
