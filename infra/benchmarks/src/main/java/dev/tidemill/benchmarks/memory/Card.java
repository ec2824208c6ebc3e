package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchmarkException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A graphics card.
 *
 * @param name as {@code nvidia-smi} tells it
 * @param driver its version
 */
record Card(String name, String driver) {
  private static final String PEAKS = "/gpu/peaks.csv";

  /**
   * The one that a device is on; empty for the processor.
   *
   * @throws BenchmarkException if {@code nvidia-smi} does not tell
   */
  static Optional<Card> of(String device) {
    if (!device.startsWith("cuda:")) {
      return Optional.empty();
    }
    List<String> command =
        List.of(
            "nvidia-smi",
            "-i",
            device.substring("cuda:".length()),
            "--query-gpu=name,driver_version",
            "--format=csv,noheader");
    try (BufferedReader output =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .start()
            .inputReader(StandardCharsets.UTF_8)) {
      String line = String.valueOf(output.readLine());
      String[] told = line.split(",", -1);
      if (told.length != 2) {
        throw new BenchmarkException("nvidia-smi tells no card of " + device + ": " + line);
      }
      return Optional.of(new Card(told[0].strip(), told[1].strip()));
    } catch (IOException e) {
      throw new BenchmarkException("nvidia-smi cannot be started", e);
    }
  }

  /**
   * Products of dense BF16 matrices that it makes at best, in FLOP/s; empty for a card that the
   * table ({@code infra/benchmarks/gpu/peaks.csv}) does not have.
   */
  OptionalDouble peak() {
    String best = "";
    double peak = 0;
    for (String line : peaks().lines().filter(l -> !l.startsWith("#")).toList()) {
      int comma = line.lastIndexOf(',');
      String begin = line.substring(0, comma);
      if (isOf(begin) && begin.length() > best.length()) {
        best = begin;
        peak = Double.parseDouble(line.substring(comma + 1)) * 1e12;
      }
    }
    return best.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(peak);
  }

  private boolean isOf(String begin) {
    return name.startsWith(begin)
        && (name.length() == begin.length()
            || !Character.isLetterOrDigit(name.charAt(begin.length())));
  }

  private static String peaks() {
    try (InputStream in = Card.class.getResourceAsStream(PEAKS)) {
      if (in == null) {
        throw new BenchmarkException("the suite was packaged without " + PEAKS);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchmarkException("cannot read " + PEAKS, e);
    }
  }
}
