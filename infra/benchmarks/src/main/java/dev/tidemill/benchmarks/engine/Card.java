package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Launch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A graphics card, as {@code nvidia-smi} reports it.
 *
 * @param index of the device
 * @param driver its version
 */
record Card(String index, String name, String driver) {
  private static final String PEAKS = "/gpu/peaks.csv";
  // A reading averages up to a second, which may begin before the work.
  private static final int SKIPPED_READINGS = 10;

  /**
   * The card of a device; empty for the CPU.
   *
   * @throws BenchmarkException if {@code nvidia-smi} does not report it
   */
  static Optional<Card> of(String device) {
    if (!device.startsWith("cuda:")) {
      return Optional.empty();
    }
    String index = device.substring("cuda:".length());
    Process process = nvidiaSmi(index, "--query-gpu=name,driver_version", "--format=csv,noheader");
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = String.valueOf(output.readLine());
      String[] fields = line.split(",", -1);
      if (fields.length != 2) {
        throw new BenchmarkException("nvidia-smi reports no card for " + device + ": " + line);
      }
      return Optional.of(new Card(index, fields[0].strip(), fields[1].strip()));
    } catch (IOException e) {
      throw new BenchmarkException("cannot read from nvidia-smi", e);
    }
  }

  private static Process nvidiaSmi(String index, String... options) {
    List<String> command = Launch.join(List.of("nvidia-smi", "-i", index), List.of(options));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new BenchmarkException("cannot start nvidia-smi", e);
    }
  }

  /**
   * The peak of dense BF16 matrix products, in FLOP/s; empty if {@code
   * infra/benchmarks/gpu/peaks.csv} lacks the card.
   */
  Optional<Double> peak() {
    return peaks()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",", -1))
        .filter(row -> startsWith(row[0]))
        .max(Comparator.comparingInt(row -> row[0].length()))
        .map(row -> Double.parseDouble(row[1]) * 1e12);
  }

  private boolean startsWith(String prefix) {
    return name.startsWith(prefix)
        && (name.length() == prefix.length()
            || !Character.isLetterOrDigit(name.charAt(prefix.length())));
  }

  private static String peaks() {
    try (InputStream in = Objects.requireNonNull(Card.class.getResourceAsStream(PEAKS), PEAKS)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchmarkException("cannot read " + PEAKS, e);
    }
  }

  /**
   * The share of time, from 0 to 1, in which at least one kernel ran during the work. The driver
   * counts it for {@code nvidia-smi}, by NVML. Empty if it does not.
   *
   * @param work takes at least 2 s
   */
  Optional<Double> busyDuring(Runnable work) {
    List<Double> readings = Collections.synchronizedList(new ArrayList<>());
    Process process =
        nvidiaSmi(
            index, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "100");
    Thread reader = new Thread(() -> read(process, readings), "nvidia-smi");
    reader.start();
    try {
      work.run();
    } finally {
      process.destroy();
    }
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Double> counted = readings.stream().skip(SKIPPED_READINGS).toList();
    return counted.isEmpty()
        ? Optional.empty()
        : Optional.of(counted.stream().mapToDouble(r -> r).average().orElseThrow());
  }

  private static void read(Process process, List<Double> readings) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        readings.add(Double.parseDouble(line.strip()) / 100);
      }
    } catch (IOException | NumberFormatException e) {
      // It ends within a line, or the driver cannot tell: there are no more readings.
      process.destroy();
    }
  }
}
