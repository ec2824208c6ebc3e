package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A graphics card, as {@code nvidia-smi} reports it.
 *
 * @param index of the device
 * @param driver its version
 */
record Card(String index, String name, String driver) {
  private static final Pattern NAME_AND_DRIVER = Pattern.compile("^(.+), (\\S+)$");
  private static final Duration LIMIT = Duration.ofMinutes(1);
  // A reading averages up to a second, which may begin before the work.
  private static final int SKIPPED_READINGS = 10;

  /**
   * The card of a device; empty for the CPU.
   *
   * @throws dev.tidemill.benchmarks.BenchmarkException if {@code nvidia-smi} does not report it
   */
  static Optional<Card> of(String device) throws InterruptedException {
    if (!device.startsWith("cuda:")) {
      return Optional.empty();
    }
    String index = device.substring("cuda:".length());
    Launch query = nvidiaSmi(index, "name,driver_version");
    try (Service process = Service.start(query)) {
      Matcher found = process.awaitLine(NAME_AND_DRIVER, LIMIT);
      return Optional.of(new Card(index, found.group(1), found.group(2)));
    }
  }

  private static Launch nvidiaSmi(String index, String query, String... options) {
    List<String> command =
        List.of("nvidia-smi", "-i", index, "--query-gpu=" + query, "--format=csv,noheader,nounits");
    return new Launch("nvidia-smi", Launch.join(command, List.of(options)), Map.of());
  }

  /**
   * The peak of dense BF16 matrix products, in FLOP/s; empty if {@code
   * infra/benchmarks/gpu/peaks.csv} lacks the card.
   */
  Optional<Double> peak() {
    return ComparedNetwork.packed("peaks.csv").stream()
        .flatMap(String::lines)
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",", -1))
        .filter(row -> name.matches(Pattern.quote(row[0]) + "(\\b.*)?"))
        .max(Comparator.comparingInt(row -> row[0].length()))
        .map(row -> Double.parseDouble(row[1]) * 1e12);
  }

  /**
   * The share of time, from 0 to 1, in which at least one kernel ran during the work. The driver
   * counts it for {@code nvidia-smi}, by NVML. Empty if it does not.
   *
   * @param work takes at least 2 s
   */
  Optional<Double> busyDuring(Runnable work) {
    Queue<String> percents = new ConcurrentLinkedQueue<>();
    Launch launch = nvidiaSmi(index, "utilization.gpu", "-lms", "100");
    try (Service readings = Service.start(launch, line -> line.ifPresent(percents::add))) {
      work.run();
      readings.requireAlive();
    }
    OptionalDouble average =
        percents.stream()
            .skip(SKIPPED_READINGS)
            .filter(percent -> percent.matches("\\d+"))
            .mapToDouble(percent -> Double.parseDouble(percent) / 100)
            .average();
    return average.isPresent() ? Optional.of(average.getAsDouble()) : Optional.empty();
  }
}
