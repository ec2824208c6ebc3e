package dev.tidemill.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The libraries of a folder to load, each after its dependencies. In this order the system's loader
 * never searches for a library: it finds each dependency by its name (DT_SONAME) among the
 * libraries that are already loaded.
 *
 * @param libraries the libraries, with their sizes in bytes
 */
record LoadOrder(List<Library> libraries) {
  private static final String FILE = "load-order";

  /** The GCC runtime comes from the system, as do libc and libstdc++, which no jar contains. */
  private static final Set<String> SYSTEM_LIBRARIES = Set.of("libgcc_s.so.1");

  /**
   * A library to load.
   *
   * @param bytes size of the file
   * @param optional whether loading may fail
   */
  record Library(String name, long bytes, boolean optional) {}

  LoadOrder {
    libraries = List.copyOf(libraries);
  }

  /** Computes the order of a bundle's libraries in a folder. */
  static LoadOrder of(NativeBundle bundle, Path folder) throws IOException {
    Map<String, Library> found = new LinkedHashMap<>();
    for (String root : bundle.roots()) {
      visit(folder, root, false, found, new TreeSet<>());
    }
    for (String root : bundle.optional()) {
      visit(folder, root, true, found, new TreeSet<>());
    }
    return new LoadOrder(new ArrayList<>(found.values()));
  }

  private static void visit(
      Path folder, String name, boolean optional, Map<String, Library> found, Set<String> above)
      throws IOException {
    Path library = folder.resolve(name);
    if (found.containsKey(name)
        || SYSTEM_LIBRARIES.contains(name)
        || !Files.isRegularFile(library)
        || !above.add(name)) {
      return;
    }
    for (ElfLibrary.Needed needed : ElfLibrary.needed(library)) {
      visit(folder, needed.name(), optional, found, above);
    }
    found.put(name, new Library(name, Files.size(library), optional));
  }

  void write(Path folder) throws IOException {
    List<String> lines =
        libraries.stream()
            .map(l -> l.bytes() + (l.optional() ? " optional " : " needed ") + l.name())
            .toList();
    Files.write(folder.resolve(FILE), lines);
  }

  /**
   * Reads the order from a folder.
   *
   * @throws IOException if there is no order, or a library is missing or has another size
   */
  static LoadOrder read(Path folder) throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(FILE))) {
      String[] words = line.split(" ", 3);
      if (words.length < 3) {
        throw new IOException(folder.resolve(FILE) + " is damaged");
      }
      Library library =
          new Library(words[2], Long.parseLong(words[0]), words[1].equals("optional"));
      if (Files.size(folder.resolve(library.name())) != library.bytes()) {
        throw new IOException(
            folder.resolve(library.name()) + " does not have " + library.bytes() + " bytes");
      }
      libraries.add(library);
    }
    return new LoadOrder(libraries);
  }
}
