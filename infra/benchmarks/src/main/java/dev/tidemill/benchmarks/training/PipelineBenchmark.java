package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.engine.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Training through Kafka beside the engine alone, and beside a loop in Python. */
public final class PipelineBenchmark {
  private static final String MEMORY = "in memory";
  private static final String KAFKA = "through Kafka";
  private static final String PYTHON = "Python loop";
  private static final Map<String, String> TOPICS =
      Map.of(KAFKA, FilledLog.BATCHES, PYTHON, FilledLog.RAW);
  private static final String RATE = "samplesPerSecond";
  private static final int CHECKPOINT_MILLIS = 1_000;

  private PipelineBenchmark() {}

  public static void run(BenchContext context) throws Exception {
    Report report = context.report();
    // More than anyone trains in a round.
    long samples = context.quick() ? 600_000 : 800_000;
    long rawSamples = context.quick() ? 100_000 : 200_000;
    boolean dl4j = context.engine().equals("dl4j");
    List<String> specs = dl4j ? List.of("lenet", "mlp") : List.of("lenet");
    List<Integer> sizes = context.quick() ? List.of(32) : List.of(1, 8, 32, 128, 512);
    try (Broker broker = Broker.start(context);
        Alternation participants = Alternation.start(launches(context))) {
      context.say("filling topics with %,d samples".formatted(samples));
      FilledLog.fill(broker.bootstrapServers(), samples, rawSamples);
      for (String spec : context.specs(specs)) {
        Report.Table table =
            report.table(
                "Training " + spec + " through Kafka",
                "B | " + MEMORY + " | " + KAFKA + " | ÷ in memory | " + PYTHON + " | ÷ Python");
        for (int size : context.batchSizes(sizes)) {
          context.say(spec + ", B = " + size);
          Map<String, String> batchSize = Map.of("batch-size", Integer.toString(size));
          String yaml = ModelSpec.load(spec).withOverrides(batchSize).toYaml();
          Rounds rounds =
              participants.run(
                  table.rows().isEmpty() ? 1 : 0,
                  context.rounds(3),
                  false,
                  who ->
                      new KafkaTraining.Order(
                          context.engine(),
                          spec,
                          yaml,
                          size,
                          context.seconds(0.6),
                          context.seconds(1.5),
                          broker.bootstrapServers(),
                          TOPICS.getOrDefault(who, ""),
                          samples,
                          CHECKPOINT_MILLIS));
          Optional<Figure> toMemory = rounds.ratio(KAFKA, MEMORY, RATE);
          Optional<Figure> toPython = rounds.ratio(KAFKA, PYTHON, RATE);
          table.row(
              size,
              rounds.figure(MEMORY, RATE, "samples/s"),
              rounds.figure(KAFKA, RATE, "samples/s"),
              toMemory,
              rounds.figure(PYTHON, RATE, "samples/s"),
              toPython);
          String what = spec + ", B = " + size + ": through Kafka ÷ ";
          // Smaller batches have targets beside the Python loop only.
          if (size >= 32) {
            report.atLeast(0.97, what + MEMORY, toMemory);
          }
          // For torch, `train` has the target beside PyTorch: both compute with libtorch.
          if (dl4j) {
            report.atLeast(1.5, what + PYTHON, toPython);
          }
        }
      }
      report.versions(participants.versions());
      report.note(
          "One engine thread each; the broker is a process of its own. Both loops through Kafka"
              + " publish a checkpoint a second, with their offsets, in one transaction.");
      report.note(
          "The Python loop's records are plain bytes, Tidemill's Avro; both are zstd batches.");
    }
  }

  private static List<Launch> launches(BenchContext context) {
    List<Launch> launches = new ArrayList<>();
    launches.add(context.java().launch(MEMORY, KafkaTraining.class));
    launches.add(context.java().launch(KAFKA, KafkaTraining.class));
    if (context.canRunPython("The Python loop", "torch", "numpy", "confluent_kafka")) {
      launches.add(context.python().launch(PYTHON, "trainer"));
    }
    return launches;
  }
}
