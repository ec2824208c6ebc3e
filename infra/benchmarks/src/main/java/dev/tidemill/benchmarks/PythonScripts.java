package dev.tidemill.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Python scripts that travel on the class path, unpacked into a folder when first asked for.
 */
final class PythonScripts {
  private static final String PLACE = "/python/participant.py";

  private final Path folder;
  private boolean unpacked;

  PythonScripts(Path folder) {
    this.folder = folder;
  }

  /**
   * Where a script lies now, with all others beside it.
   *
   * @throws IllegalArgumentException if there is no such script
   */
  synchronized Path path(String script) {
    if (!unpacked) {
      unpack();
      unpacked = true;
    }
    Path path = folder.resolve(script);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("no Python script " + script + " in the suite");
    }
    return path;
  }

  private void unpack() {
    try {
      Files.createDirectories(folder);
      URI place = place();
      if (place.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
          copy(jar.getPath(PLACE).getParent());
        }
      } else {
        copy(Path.of(place).getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack Python scripts into " + folder, e);
    }
  }

  private static URI place() {
    try {
      java.net.@Nullable URL url = PythonScripts.class.getResource(PLACE);
      if (url == null) {
        throw new IllegalStateException("the suite was packaged without " + PLACE);
      }
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has a place that is no URI", e);
    }
  }

  private void copy(@Nullable Path from) throws IOException {
    if (from == null) {
      throw new IllegalStateException(PLACE + " stands in no folder");
    }
    try (Stream<Path> files = Files.list(from)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".py")).toList();
      for (Path script : scripts) {
        try (InputStream bytes = Files.newInputStream(script)) {
          Files.copy(bytes, folder.resolve(String.valueOf(script.getFileName())));
        }
      }
    }
  }
}
