package dev.tidemill.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The peak resident memory of this process: the heap, native libraries and their data, but not GPU
 * memory. Reads Linux's {@code VmHWM}; other systems are not supported.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

  private PeakMemory() {}

  /**
   * Returns the peak of resident bytes, shared memory included; empty if the system does not report
   * it.
   */
  public static OptionalLong bytes() {
    try {
      Matcher peak = PEAK.matcher(Files.readString(STATUS));
      return peak.find()
          ? OptionalLong.of(Long.parseLong(peak.group(1)) * 1024)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
