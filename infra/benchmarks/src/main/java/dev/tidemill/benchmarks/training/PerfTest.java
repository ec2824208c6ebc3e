package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.BenchContext;
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
import java.util.Random;
import java.util.regex.Pattern;

/** One run of {@code kafka-producer-perf-test}, as a process of its own. */
final class PerfTest {
  /** Its summary of the records behind the warm-up. */
  static final Pattern SUMMARY =
      Pattern.compile("^\\d+ steady state records sent, .*?\\(([\\d.]+) MB/sec\\)");

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** So many that a batch seldom holds one twice, which would compress to nothing. */
  private static final int PAYLOADS = 2_048;

  private static final int CLASSES = 10;

  private final BenchContext context;
  private final Path payloads;

  /**
   * @param recordBytes of each payload: as ours, random capital letters and 32-bit labels, made
   *     beforehand; zstd is several times slower with the labels' zeros than with letters alone
   */
  PerfTest(BenchContext context, int recordBytes) throws IOException {
    this.context = context;
    payloads = context.folder("payloads-").resolve("payloads.txt");
    Random random = new Random(1);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PAYLOADS; i++) {
      lines.add(new String(payload(random, recordBytes), StandardCharsets.US_ASCII));
    }
    Files.write(payloads, lines);
  }

  private static byte[] payload(Random random, int bytes) {
    byte[] payload = MemorySource.letters(random, bytes);
    ByteBuffer labels =
        ByteBuffer.wrap(payload)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(bytes - ProducerOrder.RECORD_SAMPLES * Integer.BYTES);
    while (labels.hasRemaining()) {
      labels.putInt(random.nextInt(CLASSES));
    }
    return payload;
  }

  /** MB/s, of 2^20 bytes. */
  double run(String topic, ProducerOrder order) throws InterruptedException {
    List<String> arguments =
        List.of(
            "--bootstrap-server",
            order.bootstrapServers(),
            "--topic",
            topic,
            "--num-records",
            Long.toString(order.warmRecords() + order.records()),
            "--warmup-records",
            Long.toString(order.warmRecords()),
            "--throughput",
            "-1",
            "--payload-file",
            payloads.toString(),
            "--transactional-id",
            topic,
            "--transaction-duration-ms",
            Long.toString(ProducerOrder.COMMIT_INTERVAL.toMillis()),
            "--command-property",
            "acks=all",
            "enable.idempotence=true",
            "compression.type=" + order.compression(),
            "batch.size=524288",
            "linger.ms=0");
    try (Service service =
        Service.start(
            context
                .java()
                .launch(
                    "kafka-producer-perf-test",
                    List.of(),
                    "org.apache.kafka.tools.ProducerPerformance",
                    arguments))) {
      return Double.parseDouble(service.awaitLine(SUMMARY, LIMIT).group(1));
    }
  }
}
