package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the way through Kafka costs, and what a loop in Python would do. */
public final class PipelineBenchmark implements Benchmark {
  private static final String MEMORY = "in memory";
  private static final String KAFKA = "through Kafka";
  private static final String PYTHON = "Python loop";
  private static final String RATE = "samplesPerSecond";
  private static final int SMALLEST_EFFICIENT = 32;

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String about() {
    return "training through Kafka, beside the engine alone and beside a loop in Python";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    try (Broker broker = Broker.start(context);
        Alternation participants = Alternation.start(launches(context, report))) {
      LogSize size = LogSize.of(context);
      context.say("filling topics with %,d samples".formatted(size.samples()));
      FilledLog.fill(broker.bootstrapServers(), size.samples(), size.rawSamples());
      for (String spec : context.specs(specs(context))) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int batchSize : context.batchSizes(batchSizes(context))) {
          context.say(spec + ", B = " + batchSize);
          Rounds rounds =
              participants.run(
                  rows.isEmpty() ? 1 : 0,
                  context.rounds(3),
                  who -> order(context, who, spec, batchSize, broker, size));
          rows.add(row(batchSize, rounds));
          targets(report, context.engine(), spec, batchSize, rounds);
        }
        report.table(
            "Training " + spec + " through Kafka",
            List.of("B", MEMORY, KAFKA, "÷ in memory", PYTHON, "÷ Python"),
            rows);
      }
      return report
          .versions(participants.versions())
          .note(
              "One engine thread each; the broker is a process of its own. Both loops through Kafka"
                  + " publish a checkpoint a second, with their offsets, in one transaction.")
          .note("The Python loop's records are plain bytes, ours Avro; both are zstd batches.")
          .build();
    }
  }

  /** Samples on the topics: more than anyone trains in a round. */
  private record LogSize(long samples, long rawSamples) {
    static LogSize of(BenchContext context) {
      return context.quick() ? new LogSize(600_000, 100_000) : new LogSize(800_000, 200_000);
    }
  }

  private static List<String> specs(BenchContext context) {
    return context.engine().equals("torch") ? List.of("lenet") : List.of("lenet", "mlp");
  }

  private static List<Integer> batchSizes(BenchContext context) {
    return context.quick() ? List.of(32) : List.of(1, 8, 32, 128, 512);
  }

  private static List<Launch> launches(BenchContext context, Report.Builder report) {
    List<Launch> launches = new ArrayList<>();
    launches.add(context.java().launch(MEMORY, InMemoryTraining.class, List.of()));
    launches.add(context.java().launch(KAFKA, KafkaTraining.class, List.of()));
    Optional<String> whyNot = context.python().whyNot(List.of("torch", "numpy", "confluent_kafka"));
    if (whyNot.isEmpty()) {
      launches.add(context.python().launch(PYTHON, "trainer.py", List.of()));
    }
    whyNot.ifPresent(why -> report.note("The Python loop was not run: " + why + "."));
    return launches;
  }

  private static Map<String, Object> order(
      BenchContext context, String who, String spec, int batchSize, Broker broker, LogSize size) {
    Map<String, Object> order = new HashMap<>();
    order.put("engine", context.engine());
    order.put("spec", spec);
    order.put("batchSize", batchSize);
    order.put("warmSeconds", context.seconds(0.6));
    order.put("seconds", context.seconds(1.5));
    order.put("bootstrapServers", broker.bootstrapServers());
    order.put("topic", who.equals(PYTHON) ? FilledLog.RAW : FilledLog.BATCHES.batches());
    order.put("topicSamples", size.samples());
    return order;
  }

  private static List<Cell> row(int batchSize, Rounds rounds) {
    return List.of(
        Cell.of(batchSize),
        cell(rounds.figure(MEMORY, RATE, "samples/s")),
        cell(rounds.figure(KAFKA, RATE, "samples/s")),
        cell(rounds.ratio(KAFKA, MEMORY, RATE)),
        cell(rounds.figure(PYTHON, RATE, "samples/s")),
        cell(rounds.ratio(KAFKA, PYTHON, RATE)));
  }

  private static Cell cell(Optional<Figure> figure) {
    return figure.map(Cell::of).orElseGet(Cell::none);
  }

  private static void targets(
      Report.Builder report, String engine, String spec, int batchSize, Rounds rounds) {
    String what = spec + ", B = " + batchSize + ": through Kafka ÷ ";
    if (batchSize >= SMALLEST_EFFICIENT) {
      report.target(Target.atLeast(0.97, what + MEMORY, rounds.ratio(KAFKA, MEMORY, RATE)));
    }
    // What torch is to reach beside PyTorch stands in memory, where both compute with libtorch.
    if (engine.equals("dl4j")) {
      report.target(Target.atLeast(1.5, what + PYTHON, rounds.ratio(KAFKA, PYTHON, RATE)));
    }
  }
}
