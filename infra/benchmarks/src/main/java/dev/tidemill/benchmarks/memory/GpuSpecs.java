package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The specs of {@code infra/benchmarks/gpu}, which are packed with the suite. */
final class GpuSpecs {
  private GpuSpecs() {}

  /** A file with the spec if it is one of these; otherwise the name as it was given. */
  static String place(String name, BenchContext context) throws IOException {
    try (InputStream spec = GpuSpecs.class.getResourceAsStream("/gpu/" + name + ".yaml")) {
      if (spec == null) {
        return name;
      }
      Path file = context.folder("spec").resolve(name + ".yaml");
      long unused = Files.copy(spec, file);
      return file.toString();
    }
  }
}
