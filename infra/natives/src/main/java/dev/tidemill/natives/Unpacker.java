package dev.tidemill.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Unpacks bundles into the cache. The name of a bundle's folder depends on its content, and the
 * folder appears atomically once it is complete. So concurrent processes and different versions do
 * not interfere. If the folder exists, nothing is written, so the cache may be read-only.
 */
final class Unpacker {
  /** The version of the folder's format; increase it when the same jar unpacks differently. */
  private static final String FORMAT = "1";

  private static final Object PROCESS_LOCK = new Object();

  private final Path natives;

  Unpacker(NativeCache cache) {
    this.natives = cache.folder().resolve("natives");
  }

  /** A bundle's folder and the libraries to load from it. */
  record Unpacked(Path folder, LoadOrder order) {}

  /**
   * Unpacks a bundle if it is not in the cache yet.
   *
   * @throws NativeLibraryException if the cache cannot be written to
   */
  Unpacked unpack(NativeBundle bundle) {
    JarFile jar = bundle.jar();
    List<JarEntry> entries = bundle.entries(jar);
    Path folder = natives.resolve(bundle.name() + "-" + key(bundle, entries));
    try {
      return new Unpacked(folder, LoadOrder.read(folder));
    } catch (IOException absent) {
      long bytes = entries.stream().mapToLong(JarEntry::getSize).sum();
      try {
        return unpackLocked(bundle, jar, entries, folder);
      } catch (IOException e) {
        throw NativeLibraryException.unpacking(natives, bytes, e);
      }
    }
  }

  private Unpacked unpackLocked(
      NativeBundle bundle, JarFile jar, List<JarEntry> entries, Path folder) throws IOException {
    Files.createDirectories(natives);
    // A file lock belongs to the whole process, so threads need an additional lock.
    synchronized (PROCESS_LOCK) {
      try (FileChannel file =
              FileChannel.open(
                  natives.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = file.lock()) {
        if (!held.isValid()) {
          throw new IOException("the lock on " + natives.resolve("lock") + " was lost");
        }
        return unpackAlone(bundle, jar, entries, folder);
      }
    }
  }

  private static Unpacked unpackAlone(
      NativeBundle bundle, JarFile jar, List<JarEntry> entries, Path folder) throws IOException {
    try {
      return new Unpacked(folder, LoadOrder.read(folder));
    } catch (IOException absent) {
      // No other process has unpacked it meanwhile, or the folder is damaged.
    }
    Path making = folder.resolveSibling(folder.getFileName() + ".making");
    delete(making);
    try {
      Files.createDirectory(making);
      for (JarEntry entry : entries) {
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, making.resolve(bundle.fileName(entry)));
        }
      }
      LoadOrder order = arrange(bundle, making);
      delete(folder);
      Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
      return new Unpacked(folder, order);
    } catch (IOException | RuntimeException e) {
      delete(making);
      throw e;
    }
  }

  /**
   * Rewrites the dependencies that have another name in the folder ({@link NativeBundle#aliases}),
   * and deletes libraries that are not loaded.
   */
  private static LoadOrder arrange(NativeBundle bundle, Path folder) throws IOException {
    for (Path library : files(folder)) {
      for (ElfLibrary.Needed needed : ElfLibrary.needed(library)) {
        String name = bundle.aliases().get(needed.name());
        if (name != null) {
          ElfLibrary.replace(library, needed, name);
        }
      }
    }
    LoadOrder order = LoadOrder.of(bundle, folder);
    List<String> kept = order.libraries().stream().map(LoadOrder.Library::name).toList();
    for (Path library : files(folder)) {
      if (!kept.contains(library.getFileName().toString())) {
        Files.delete(library);
      }
    }
    order.write(folder);
    return order;
  }

  private static String key(NativeBundle bundle, List<JarEntry> entries) {
    StringBuilder content = new StringBuilder(FORMAT).append(bundle);
    entries.stream()
        .sorted(Comparator.comparing(JarEntry::getName))
        .forEach(
            e -> content.append('\n').append(e.getName()).append(e.getSize()).append(e.getCrc()));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(content.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      for (Path file : files(folder)) {
        Files.delete(file);
      }
      Files.delete(folder);
    }
  }
}
