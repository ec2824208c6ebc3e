package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchmarkException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The share of time in which a GPU has something to do, as its driver counts it: in how much of the
 * last sampling period at least one kernel ran ({@code nvidia-smi}, which asks NVML).
 */
final class GpuLoad {
  private static final int READING_MILLIS = 100;

  // A reading looks back up to a second, at what was before the work.
  private static final int NOT_YET = 10;

  private final Process process;
  private final Thread reader;
  private final List<Double> readings = new ArrayList<>();

  private GpuLoad(Process process) {
    this.process = process;
    reader = new Thread(this::read, "nvidia-smi");
    reader.start();
  }

  /**
   * How busy a device is while some work is done, from 0 to 1.
   *
   * @param device {@code cuda:N}; for any other nothing is done, and empty answered
   * @param work takes at least 2 s
   */
  static OptionalDouble during(String device, Runnable work) {
    if (!device.startsWith("cuda:")) {
      return OptionalDouble.empty();
    }
    GpuLoad load = start(device.substring("cuda:".length()));
    try {
      work.run();
    } finally {
      load.end();
    }
    return load.mean();
  }

  private static GpuLoad start(String index) {
    try {
      return new GpuLoad(
          new ProcessBuilder(
                  "nvidia-smi",
                  "-i",
                  index,
                  "--query-gpu=utilization.gpu",
                  "--format=csv,noheader,nounits",
                  "-lms",
                  String.valueOf(READING_MILLIS))
              .redirectErrorStream(true)
              .start());
    } catch (IOException e) {
      throw new BenchmarkException("nvidia-smi cannot be started", e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (readings) {
          readings.add(Double.parseDouble(line.strip()) / 100);
        }
      }
    } catch (IOException | NumberFormatException ended) {
      // It is ended in the middle of a line, or says that it cannot tell: then there is no more.
      process.destroy();
    }
  }

  private void end() {
    process.destroy();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OptionalDouble mean() {
    synchronized (readings) {
      return readings.stream().skip(NOT_YET).mapToDouble(Double::doubleValue).average();
    }
  }
}
