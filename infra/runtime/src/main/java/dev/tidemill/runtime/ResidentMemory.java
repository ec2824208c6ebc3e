package dev.tidemill.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resident memory of this process: the heap, native libraries and their data, but not GPU
 * memory. Reads Linux's {@code VmRSS} and {@code VmHWM}; other systems are not supported.
 */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern NOW = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

  private ResidentMemory() {}

  /** Returns the resident bytes, shared memory included; empty if the system does not report it. */
  public static OptionalLong bytes() {
    return read(NOW);
  }

  /** Returns the peak of {@link #bytes}; empty if the system does not report it. */
  public static OptionalLong peakBytes() {
    return read(PEAK);
  }

  private static OptionalLong read(Pattern figure) {
    try {
      Matcher line = figure.matcher(Files.readString(STATUS));
      return line.find()
          ? OptionalLong.of(Long.parseLong(line.group(1)) * 1024)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
