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
 * Which libraries of a folder are loaded, in an order in which each comes after those that it
 * needs. In that order the system's loader never looks for a library: it finds each needed one by
 * its name (DT_SONAME) among those that the process has.
 *
 * @param libraries each with its size in bytes
 */
record LoadOrder(List<Library> libraries) {
  private static final String FILE = "load-order";

  /** The C++ runtime is the machine's own, as libc and libstdc++ are, which no jar brings. */
  private static final Set<String> MACHINES_OWN = Set.of("libgcc_s.so.1");

  /**
   * @param optional whether all is well without it
   */
  record Library(String name, long bytes, boolean optional) {}

  LoadOrder {
    libraries = List.copyOf(libraries);
  }

  /** Finds the order of a bundle's libraries, which lie in a folder. */
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
        || MACHINES_OWN.contains(name)
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
   * Reads what was written.
   *
   * @throws IOException if it is not there, or a library is not there as it was
   */
  static LoadOrder read(Path folder) throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(FILE))) {
      String[] words = line.split(" ", 3);
      if (words.length < 3) {
        throw new IOException(folder + " is damaged");
      }
      Library library =
          new Library(words[2], Long.parseLong(words[0]), words[1].equals("optional"));
      if (Files.size(folder.resolve(library.name())) != library.bytes()) {
        throw new IOException(folder.resolve(library.name()) + " has another size");
      }
      libraries.add(library);
    }
    return new LoadOrder(libraries);
  }
}
