package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Service;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;

/** Tidemill's producer beside {@code kafka-producer-perf-test}, Kafka's own tool. */
public final class ProducerBenchmark {
  /** The tool's summary of the records after its warm-up. */
  static final Pattern SUMMARY =
      Pattern.compile("^\\d+ steady state records sent, .*?\\(([\\d.]+) MB/sec\\)");

  private static final String OURS = "tidemill produce";
  private static final String TOOL = "kafka-producer-perf-test";
  private static final String RATE = "megabytesPerSecond";

  /** 32 digits with labels and the rest of the record, in Tidemill's wire format. */
  private static final int RECORD_BYTES = 25_360;

  /** So many that a batch seldom holds one twice, which would compress to nothing. */
  private static final int PAYLOADS = 2_048;

  /** As Tidemill's. */
  private static final List<String> PROPERTIES =
      List.of("acks=all", "enable.idempotence=true", "batch.size=524288", "linger.ms=0");

  private ProducerBenchmark() {}

  public static void run(BenchContext context) throws Exception {
    Report report = context.report();
    Report.Table table =
        report.table(
            "Records of %,d bytes, in transactions of 200 ms".formatted(RECORD_BYTES),
            "compression | " + OURS + " | " + TOOL + " | ratio");
    Path payloads = writePayloads(context.folder("payloads-").resolve("payloads.txt"));
    try (Broker broker = Broker.start(context)) {
      for (String compression : List.of("zstd", "none")) {
        context.say("compression " + compression);
        MemoryProducing.Order order =
            new MemoryProducing.Order(
                broker.bootstrapServers(),
                compression,
                RECORD_BYTES,
                context.quick() ? 1_000 : 4_000,
                context.quick() ? 3_000 : 8_000);
        Rounds rounds = new Rounds();
        // New processes in each round: the tool does one and ends, so Tidemill must not be warmer.
        for (int round = 0; round < context.rounds(5); round++) {
          Launch launch = context.java().launch(OURS, MemoryProducing.class);
          try (Participant ours = Participant.start(launch)) {
            rounds.add(OURS, ours.run(order));
            report.versions(ours.versions());
          }
          rounds.add(TOOL, Map.of(RATE, runTool(context, order, payloads)));
        }
        Optional<Figure> ratio = rounds.ratio(OURS, TOOL, RATE);
        table.row(
            compression,
            rounds.figure(OURS, RATE, "MB/s"),
            rounds.figure(TOOL, RATE, "MB/s"),
            ratio);
        report.atLeast(0.9, "compression " + compression + ": " + OURS + " ÷ " + TOOL, ratio);
      }
    }
    report.versions(Map.of(TOOL, AppInfoParser.getVersion()));
    report.note(
        "Each round is a new process of each, with the same acks, batch.size, linger, record size,"
            + " letters and labels. Tidemill also makes Avro of samples and commits its position.");
  }

  /**
   * Writes records for the tool, like Tidemill's: random capital letters and 32-bit labels. The
   * labels' zeros make zstd several times slower than letters alone.
   */
  private static Path writePayloads(Path file) throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PAYLOADS; i++) {
      byte[] payload = MemoryProducing.MemorySource.letters(random, RECORD_BYTES);
      ByteBuffer labels =
          ByteBuffer.wrap(payload)
              .order(ByteOrder.LITTLE_ENDIAN)
              .position(RECORD_BYTES - FilledLog.RECORD_SAMPLES * Integer.BYTES);
      while (labels.hasRemaining()) {
        labels.putInt(random.nextInt(10));
      }
      lines.add(new String(payload, StandardCharsets.US_ASCII));
    }
    return Files.write(file, lines);
  }

  /** MB/s, of 2^20 bytes. */
  private static double runTool(BenchContext context, MemoryProducing.Order order, Path payloads)
      throws Exception {
    String model = "perf-test-" + UUID.randomUUID();
    String topic =
        Broker.createModel(order.bootstrapServers(), model, Broker.ONE_PARTITION, Map.of())
            .topics()
            .batches();
    List<String> arguments =
        List.of(
            "--bootstrap-server", order.bootstrapServers(),
            "--num-records", Long.toString(order.warmRecords() + order.records()),
            "--warmup-records", Long.toString(order.warmRecords()),
            "--payload-file", payloads.toString(),
            "--transaction-duration-ms", Long.toString(MemoryProducing.COMMIT_INTERVAL.toMillis()),
            "--transactional-id", topic,
            "--topic", topic,
            "--throughput", "-1",
            "--command-property", "compression.type=" + order.compression());
    String main = "org.apache.kafka.tools.ProducerPerformance";
    List<String> all = Launch.join(arguments, PROPERTIES);
    try (Service tool = Service.start(context.java().launch(TOOL, List.of(), main, all))) {
      return Double.parseDouble(tool.awaitLine(SUMMARY, Duration.ofMinutes(2)).group(1));
    }
  }
}
