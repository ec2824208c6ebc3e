package dev.tidemill.benchmarks;

import java.nio.file.Path;

/**
 * A process's share of the machine's memory, as Linux counts it.
 *
 * @param resident bytes in memory, including those shared with other processes
 * @param proportional the same, with each shared page divided among its processes
 * @param own bytes that no other process shares
 */
public record ProcessMemory(long resident, long proportional, long own) {

  /**
   * The memory of a running process.
   *
   * @throws BenchmarkException if the system does not report it
   */
  public static ProcessMemory of(long pid) {
    return parse(read(pid + "/smaps_rollup"));
  }

  /**
   * The bytes that this process has allocated. Mapped files do not count: how much of libtorch's is
   * in memory varies from start to start.
   *
   * @throws BenchmarkException if the system does not report it
   */
  public static long allocated() {
    return bytes(read("self/status"), "RssAnon");
  }

  /**
   * The most bytes that a process has had resident so far.
   *
   * @throws BenchmarkException if the system does not report it
   */
  public static long peak(long pid) {
    return bytes(read(pid + "/status"), "VmHWM");
  }

  /** Bytes in MB, 10^6 bytes. */
  public static Figure megabytes(long bytes) {
    return Figure.once(bytes / 1e6, "MB");
  }

  /** Parses the text of {@code smaps_rollup}. */
  static ProcessMemory parse(String rollup) {
    return new ProcessMemory(
        bytes(rollup, "Rss"),
        bytes(rollup, "Pss"),
        bytes(rollup, "Private_Clean") + bytes(rollup, "Private_Dirty"));
  }

  private static String read(String file) {
    return Machine.read(Path.of("/proc", file));
  }

  private static long bytes(String text, String name) {
    String kilobytes = Machine.first(text, "(?m)^" + name + ":\\s+(\\d+) kB$");
    if (kilobytes.equals(Machine.UNKNOWN)) {
      throw new BenchmarkException("Linux reports no " + name + " in " + text);
    }
    return Long.parseLong(kilobytes) * 1024;
  }
}
