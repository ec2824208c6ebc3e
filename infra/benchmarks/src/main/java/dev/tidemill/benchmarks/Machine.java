package dev.tidemill.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine that figures were measured on.
 *
 * @param isa the widest vector instructions, e.g. {@code AVX-512}
 * @param memory in bytes
 */
record Machine(String cpu, int cores, long memory, String isa, String kernel) {
  static final String UNKNOWN = "unknown";
  private static final List<String> ISAS = List.of("avx512f", "avx2", "avx", "asimd");

  /** This machine. What the system does not report is "unknown", or 0. */
  static Machine here() {
    String cpu = read(Path.of("/proc/cpuinfo"));
    String memory = first(read(Path.of("/proc/meminfo")), "(?m)^MemTotal:\\s*(\\d+) kB");
    String flags = " " + first(cpu, "(?m)^(?:flags|Features)\\s*:\\s*(.*)$") + " ";
    String isa =
        ISAS.stream().filter(i -> flags.contains(" " + i + " ")).findFirst().orElse(UNKNOWN);
    return new Machine(
        first(cpu, "(?m)^model name\\s*:\\s*(.*)$"),
        Runtime.getRuntime().availableProcessors(),
        memory.equals(UNKNOWN) ? 0 : Long.parseLong(memory) * 1024,
        isa.equals("avx512f") ? "AVX-512" : isa.toUpperCase(Locale.ROOT),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** One line. */
  String text() {
    return "%s, %d cores, %s GB memory, %s, %s"
        .formatted(cpu, cores, Figure.digits(memory / 1e9), isa, kernel);
  }

  /** The text of a file; empty if there is none. */
  static String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The first group of a pattern where it first matches; {@link #UNKNOWN} if it does not. */
  static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group(1).strip() : UNKNOWN;
  }
}
