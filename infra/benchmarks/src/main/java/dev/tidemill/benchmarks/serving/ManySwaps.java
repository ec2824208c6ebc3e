package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What many swaps add to a worker's memory: versions are published as fast as they can be, until
 * the worker's own count of swaps says that it is enough.
 */
final class ManySwaps {
  private static final Pattern METRICS = Pattern.compile("metrics: port (\\d+)");
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final long TIME_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(4);
  private static final int AT_ONCE = 100;

  private final BenchContext context;
  private final String bootstrapServers;

  ManySwaps(BenchContext context, String bootstrapServers) {
    this.context = context;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Memory after some swaps.
   *
   * @param asked swaps that there should have been
   * @param swaps that there were, fewer where time was up before
   * @param collected after a full collection of garbage, so that what is left is in use
   */
  record Reading(long asked, long swaps, ProcessMemory plain, ProcessMemory collected) {}

  void measure(Report.Builder report) throws Exception {
    ServedModel model = ServedModel.create("many-swaps", bootstrapServers);
    try (Participant publisher =
        PublishingProcess.start(context.java(), model, SizedSpec.TINY.yaml())) {
      var unusedCommit = PublishingProcess.publish(publisher, new PublishOrder(1, 0));
      try (Service worker =
          Service.start(model.worker(context.java(), "many-swaps", List.of("metrics.port=0")))) {
        int port = Integer.parseInt(worker.awaitLine(METRICS, START_LIMIT).group(1));
        var unusedLine = worker.awaitLine(ServedModel.SERVES, START_LIMIT);
        SwapCount count = new SwapCount(port);
        List<Reading> readings = new ArrayList<>();
        for (long swaps : context.quick() ? new long[] {100, 500} : new long[] {1_000, 10_000}) {
          context.say("until " + swaps + " swaps");
          publishUntil(publisher, count, swaps);
          readings.add(reading(worker.pid(), swaps, count.now()));
        }
        tell(report, readings);
      }
    }
  }

  private static void publishUntil(Participant publisher, SwapCount count, long swaps)
      throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + TIME_LIMIT_NANOS;
    while (count.now() < swaps && System.nanoTime() < giveUp) {
      var unused = PublishingProcess.publish(publisher, new PublishOrder(AT_ONCE, 0));
    }
  }

  private static Reading reading(long pid, long asked, long swaps)
      throws IOException, InterruptedException {
    ProcessMemory plain = ProcessMemory.of(pid);
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process collecting =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
            .redirectErrorStream(true)
            .start();
    String said = new String(collecting.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (collecting.waitFor() != 0) {
      throw new BenchmarkException("garbage cannot be collected in process " + pid + ": " + said);
    }
    return new Reading(asked, swaps, plain, ProcessMemory.of(pid));
  }

  private static void tell(Report.Builder report, List<Reading> readings) {
    report.table(
        "A worker's memory after swaps, resident",
        List.of("swaps", "as it is", "after a full collection"),
        readings.stream()
            .map(
                reading ->
                    List.of(
                        Cell.of("%,d".formatted(reading.swaps())),
                        Cell.of(megabytes(reading.plain())),
                        Cell.of(megabytes(reading.collected()))))
            .toList());
    Reading begin = readings.get(0);
    Reading end = readings.get(1);
    report.target(target(begin, end));
    readings.stream()
        .filter(reading -> reading.swaps() < reading.asked())
        .forEach(
            reading ->
                report.note(
                    "Time was up after %,d of %,d swaps."
                        .formatted(reading.swaps(), reading.asked())));
    report.note(
        "Versions are published as fast as they can be; swaps are counted by the worker itself,"
            + " which passes over versions that are not the newest any more.");
  }

  /** Not run where there were fewer swaps than were asked for. */
  static Target target(Reading begin, Reading end) {
    Optional<Figure> growth =
        begin.swaps() < begin.asked() || end.swaps() < end.asked()
            ? Optional.empty()
            : Optional.of(
                Figure.once(
                    (double) end.collected().resident() / begin.collected().resident(), "×"));
    return Target.atMost(
        1.05,
        "resident memory after %,d swaps ÷ after %,d, garbage collected"
            .formatted(end.asked(), begin.asked()),
        growth);
  }

  private static Figure megabytes(ProcessMemory memory) {
    return Figure.once(memory.resident() / ProcessMemory.MEGABYTE, "MB");
  }
}
