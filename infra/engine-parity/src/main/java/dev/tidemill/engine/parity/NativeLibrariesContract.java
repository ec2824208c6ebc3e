package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Checks that an engine loads its own native libraries, not those of the system. */
public abstract class NativeLibrariesContract {
  private static final Pattern LIBRARY = Pattern.compile("lib[^/]+\\.so(\\.[0-9]+)*$");

  /** Libraries of the C++ runtime, which every process loads from the system. */
  private static final Set<String> MACHINES_OWN = Set.of("libgcc_s.so.1");

  private final String engine;
  @TempDir private Path folder = Path.of("");

  /**
   * @param engine the engine's name
   */
  protected NativeLibrariesContract(String engine) {
    this.engine = engine;
  }

  /**
   * Starts with an empty cache, because libraries that are missing there might come from elsewhere.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  protected void concurrentFirstStartsLoadOnlyOurLibraries() throws Exception {
    Set<String> ours = librariesInJars();
    Path decoys = decoys(ours);
    Path cache = folder.resolve("cache");
    Map<String, String> environment =
        Map.of("TIDEMILL_CACHE", cache.toString(), "LD_LIBRARY_PATH", decoys.toString());
    EngineProcess first = EngineProcess.start(engine, environment, folder.resolve("first"));
    EngineProcess second = EngineProcess.start(engine, environment, folder.resolve("second"));

    for (EngineProcess process : List.of(first, second)) {
      List<Path> loaded =
          process.lines().stream().filter(l -> l.startsWith("/")).map(Path::of).toList();
      assertThat(loaded).noneMatch(library -> library.startsWith(decoys));
      List<Path> named =
          loaded.stream().filter(l -> ours.contains(String.valueOf(l.getFileName()))).toList();
      assertThat(named).hasSizeGreaterThan(4).allMatch(library -> library.startsWith(cache));
    }
  }

  private static Set<String> librariesInJars() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path path : EngineProcess.jars().toList()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        jar.stream()
            .map(ZipEntry::getName)
            .map(name -> name.substring(name.lastIndexOf('/') + 1))
            .filter(LIBRARY.asMatchPredicate())
            .filter(name -> !MACHINES_OWN.contains(name))
            .forEach(names::add);
      }
    }
    names.add("libopenblas_nolapack.so.0");
    return names;
  }

  /** Creates libraries with these names but other contents. */
  private Path decoys(Set<String> names) throws IOException {
    Path decoys = Files.createDirectory(folder.resolve("decoys"));
    Path other = Path.of(System.getProperty("java.home"), "lib", "libverify.so");
    for (String name : names) {
      Files.copy(other, decoys.resolve(name));
    }
    return decoys;
  }
}
