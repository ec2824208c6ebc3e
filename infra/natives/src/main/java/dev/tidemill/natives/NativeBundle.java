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
 * The shared libraries in one folder of a jar.
 *
 * @param name name of their folder in the cache
 * @param folder folder in the jar, e.g. {@code org/bytedeco/pytorch/linux-x86_64}
 * @param roots libraries to load, after their dependencies in the folder
 * @param optional further libraries to load, if they exist and can be loaded
 * @param aliases dependencies under another name, with their name in this folder
 */
public record NativeBundle(
    String name,
    String folder,
    List<String> roots,
    List<String> optional,
    Map<String, String> aliases) {
  private static final Pattern LIBRARY = Pattern.compile("[^/]+\\.so(\\.[0-9]+)*");

  public NativeBundle {
    roots = List.copyOf(roots);
    optional = List.copyOf(optional);
    aliases = Map.copyOf(aliases);
  }

  public NativeBundle(String name, String folder, String root) {
    this(name, folder, List.of(root), List.of(), Map.of());
  }

  /** Returns the first bundle that is on the class path, or the last one if none is. */
  public static NativeBundle firstOf(List<NativeBundle> bundles) {
    return bundles.stream()
        .filter(NativeBundle::isPresent)
        .findFirst()
        .orElseGet(() -> bundles.get(bundles.size() - 1));
  }

  /** Whether a jar on the class path contains the bundle. */
  public boolean isPresent() {
    return url() != null;
  }

  /** Returns the jar that contains the bundle; the jar stays open. */
  JarFile jar() {
    URL url = url();
    if (url == null) {
      throw new NativeLibraryException(
          "no jar on the class path contains "
              + folder
              + ", the folder of native libraries for this platform; add the jar that contains it");
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

  /** Returns the bundle's libraries in the jar. */
  List<JarEntry> entries(JarFile jar) {
    String prefix = folder + "/";
    return jar.stream()
        .filter(entry -> entry.getName().startsWith(prefix))
        .filter(entry -> LIBRARY.matcher(entry.getName().substring(prefix.length())).matches())
        .toList();
  }

  /** Returns an entry's file name. */
  String fileName(JarEntry entry) {
    return entry.getName().substring(folder.length() + 1);
  }

  private @Nullable URL url() {
    return NativeBundle.class.getClassLoader().getResource(folder + "/" + roots.get(0));
  }
}
