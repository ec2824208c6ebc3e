package dev.tidemill.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shared libraries that lie together in one folder of a jar.
 *
 * @param name what their folder in the cache is called
 * @param folder in the jar, e.g. {@code org/bytedeco/pytorch/linux-x86_64}
 * @param roots those that are loaded, after those in the folder that they need
 * @param optional as {@code roots}, where they are there and can be loaded
 * @param sameAs libraries that are needed by a name of their own, and what they are called here
 */
public record NativeBundle(
    String name,
    String folder,
    List<String> roots,
    List<String> optional,
    Map<String, String> sameAs) {
  private static final Pattern LIBRARY = Pattern.compile("[^/]+\\.so(\\.[0-9]+)*");

  public NativeBundle {
    roots = List.copyOf(roots);
    optional = List.copyOf(optional);
    sameAs = Map.copyOf(sameAs);
  }

  public NativeBundle(String name, String folder, String root) {
    this(name, folder, List.of(root), List.of(), Map.of());
  }

  /** The first of these that is on the class path; the last one if none is. */
  public static NativeBundle firstOf(List<NativeBundle> bundles) {
    return bundles.stream()
        .filter(NativeBundle::isThere)
        .findFirst()
        .orElseGet(() -> bundles.get(bundles.size() - 1));
  }

  /** Whether a jar on the class path has it. */
  public boolean isThere() {
    return url() != null;
  }

  /** The jar that has it; it stays open. */
  JarFile jar() {
    URL url = url();
    if (url == null) {
      throw new NativeLibraryException(
          "no jar on the class path has " + folder + ", the native libraries for this platform");
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        return jar.getJarFile();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + url, e);
    }
    throw new NativeLibraryException("native libraries are read from jars, not from " + url);
  }

  /** Its libraries in the jar. */
  List<JarEntry> entries(JarFile jar) {
    String prefix = folder + "/";
    return jar.stream()
        .filter(entry -> entry.getName().startsWith(prefix))
        .filter(entry -> LIBRARY.matcher(entry.getName().substring(prefix.length())).matches())
        .toList();
  }

  /** An entry's file name. */
  String fileName(JarEntry entry) {
    return entry.getName().substring(folder.length() + 1);
  }

  private @Nullable URL url() {
    return NativeBundle.class.getClassLoader().getResource(folder + "/" + roots.get(0));
  }
}
