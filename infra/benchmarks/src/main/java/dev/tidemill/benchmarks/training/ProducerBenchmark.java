package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.AppInfoParser;

/** Our producer beside Kafka's own measuring tool. */
public final class ProducerBenchmark implements Benchmark {
  private static final String OURS = "tidemill produce";
  private static final String TOOL = "kafka-producer-perf-test";
  private static final String RATE = "megabytesPerSecond";

  /** 32 digits with labels and what is around them, as our wire format has it. */
  private static final int RECORD_BYTES = 25_360;

  @Override
  public String name() {
    return "producer";
  }

  @Override
  public String about() {
    return "MB/s of training batches, beside kafka-producer-perf-test";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    List<List<Cell>> rows = new ArrayList<>();
    PerfTest tool = new PerfTest(context, RECORD_BYTES);
    try (Broker broker = Broker.start(context)) {
      for (String compression : List.of("zstd", "none")) {
        context.say("compression " + compression);
        ProducerOrder order =
            new ProducerOrder(
                broker.bootstrapServers(),
                compression,
                RECORD_BYTES,
                context.quick() ? 1_000 : 4_000,
                context.quick() ? 3_000 : 8_000);
        Rounds rounds = rounds(context, tool, order, report);
        rows.add(
            List.of(
                Cell.of(compression),
                rounds.figure(OURS, RATE, "MB/s").map(Cell::of).orElseGet(Cell::none),
                rounds.figure(TOOL, RATE, "MB/s").map(Cell::of).orElseGet(Cell::none),
                rounds.ratio(OURS, TOOL, RATE).map(Cell::of).orElseGet(Cell::none)));
        report.target(
            Target.atLeast(
                0.9,
                "compression " + compression + ": " + OURS + " ÷ " + TOOL,
                rounds.ratio(OURS, TOOL, RATE)));
      }
    }
    return report
        .table(
            "Records of %,d bytes, in transactions of 200 ms".formatted(RECORD_BYTES),
            List.of("compression", OURS, TOOL, "ratio"),
            rows)
        .versions(Map.of(TOOL, AppInfoParser.getVersion()))
        .note(
            "Each round is a new process of each, with the same acks, batch.size, linger, record size,"
                + " letters and labels; ours makes Avro of samples and commits its position with them.")
        .build();
  }

  /** Each round in new processes: the tool does one and ends, so ours must not be warmer. */
  private static Rounds rounds(
      BenchContext context, PerfTest tool, ProducerOrder order, Report.Builder report)
      throws Exception {
    Map<String, List<JsonNode>> answers = new HashMap<>();
    for (int round = 0; round < context.rounds(5); round++) {
      try (Participant ours =
          Participant.start(context.java().launch(OURS, MemoryProducing.class, List.of()))) {
        answers.computeIfAbsent(OURS, who -> new ArrayList<>()).add(ours.run(order));
        report.versions(ours.versions());
      }
      answers
          .computeIfAbsent(TOOL, who -> new ArrayList<>())
          .add(
              JsonNodeFactory.instance
                  .objectNode()
                  .put(RATE, tool.run(newTopic(order.bootstrapServers()), order)));
    }
    return new Rounds(answers);
  }

  private static String newTopic(String bootstrapServers) throws Exception {
    String topic = "bench.perf-test-" + UUID.randomUUID();
    try (Admin admin = new KafkaClients(KafkaSettings.at(bootstrapServers)).admin("bench")) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    return topic;
  }
}
