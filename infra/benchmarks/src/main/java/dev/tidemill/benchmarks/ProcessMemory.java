package dev.tidemill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds of the machine's memory, as Linux counts it.
 *
 * @param resident bytes in memory, those shared with other processes included
 * @param proportional the same, with each shared page divided by those who share it
 * @param own bytes that nobody else has
 */
public record ProcessMemory(long resident, long proportional, long own) {
  public static final double MEGABYTE = 1e6;

  /**
   * Of a process that runs.
   *
   * @throws BenchmarkException if the system does not tell
   */
  public static ProcessMemory of(long pid) {
    Path file = Path.of("/proc/" + pid + "/smaps_rollup");
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new BenchmarkException("the memory of process " + pid + " cannot be read", e);
    }
  }

  /**
   * The bytes that this process has taken for itself: not those of files, libtorch's among them, of
   * which more or fewer are in memory from one start to the next.
   *
   * @throws BenchmarkException if the system does not tell
   */
  public static long taken() {
    try {
      return bytes(Files.readString(Path.of("/proc/self/status")), "RssAnon");
    } catch (IOException e) {
      throw new BenchmarkException("this process's memory cannot be read", e);
    }
  }

  /** Out of the text of {@code smaps_rollup}. */
  static ProcessMemory parse(String rollup) {
    return new ProcessMemory(
        bytes(rollup, "Rss"),
        bytes(rollup, "Pss"),
        bytes(rollup, "Private_Clean") + bytes(rollup, "Private_Dirty"));
  }

  private static long bytes(String rollup, String name) {
    Matcher matcher = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$").matcher(rollup);
    if (!matcher.find()) {
      throw new BenchmarkException("no " + name + " in " + rollup);
    }
    return Long.parseLong(matcher.group(1)) * 1024;
  }
}
