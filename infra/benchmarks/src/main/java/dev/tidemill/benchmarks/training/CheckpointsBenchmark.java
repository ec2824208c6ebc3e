package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.SizedNetwork;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The training time that a trainer loses to checkpoints, by their size. */
public final class CheckpointsBenchmark {
  static final String WITH = "with checkpoints";
  static final String WITHOUT = "without";
  private static final String COPIES = "copies";
  private static final String RATE = "samplesPerSecond";
  private static final long NEVER_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final long LOG_SAMPLES = 400_000;
  private static final int BATCH_SIZE = 64;

  private CheckpointsBenchmark() {}

  public static void run(BenchContext context) throws Exception {
    Report report = context.report();
    int everySeconds = context.quick() ? 4 : 10;
    Report.Table table =
        report.table(
            "A checkpoint every " + everySeconds + " s",
            "state | without | with checkpoints | time lost | copy of a snapshot"
                + " | CPU of publishing, each");
    List<Launch> launches =
        Stream.of(WITH, WITHOUT)
            .map(name -> context.java().launch(name, KafkaTraining.class))
            .toList();
    try (Broker broker = Broker.start(context);
        Alternation participants = Alternation.start(launches)) {
      FilledLog.fill(broker.bootstrapServers(), LOG_SAMPLES, 0);
      for (SizedNetwork model : List.of(SizedNetwork.SMALL_STATE, SizedNetwork.MIDDLE_STATE)) {
        context.say(model.size());
        boolean small = model.equals(SizedNetwork.SMALL_STATE);
        Function<String, KafkaTraining.Order> order =
            who ->
                new KafkaTraining.Order(
                    context.engine(),
                    "",
                    model.yaml(BATCH_SIZE),
                    BATCH_SIZE,
                    // The checkpoint begins in the first third of the seconds that count, and has
                    // the rest to complete.
                    0.7 * everySeconds,
                    who.equals(COPIES) ? 0 : everySeconds,
                    broker.bootstrapServers(),
                    who.equals(COPIES) ? "" : FilledLog.BATCHES,
                    LOG_SAMPLES,
                    who.equals(WITHOUT) ? NEVER_MILLIS : 1_000L * everySeconds);
        Rounds rounds = participants.run(1, context.rounds(small ? 5 : 3), true, order);
        Optional<Figure> lost = lost(rounds);
        if (lost.isEmpty()) {
          report.note(model.size() + ": not in every round was a checkpoint committed in time.");
        }
        JsonNode copies = participants.ask(WITH, order.apply(COPIES)).path("copyMillis");
        table.row(
            model.size(),
            rounds.figure(WITHOUT, RATE, "samples/s"),
            rounds.figure(WITH, RATE, "samples/s"),
            lost,
            Figure.of(new ObjectMapper().convertValue(copies, double[].class), "ms"),
            rounds.figure(WITH, "publisherCpuMillis", "ms"));
        if (small) {
          String what = "training time lost to checkpoints of 25 MB, one every ";
          report.atMost(1, what + everySeconds + " s", lost);
        }
      }
      report.versions(participants.versions());
    }
    report.note(
        "Each round is one interval with one checkpoint in it, begun early and committed before"
            + " its end, or with none. For a checkpoint the training thread copies a snapshot;"
            + " other threads do the rest, on what the other core has left. The copies in the"
            + " table were timed by themselves, with nothing trained meanwhile.");
  }

  /** Percent, round by round; empty if a round had no checkpoint, or one too many. */
  static Optional<Figure> lost(Rounds rounds) {
    boolean asOrdered =
        DoubleStream.of(rounds.values(WITH, "versions")).allMatch(versions -> versions == 1)
            && DoubleStream.of(rounds.values(WITHOUT, "versions")).allMatch(v -> v == 0);
    return rounds
        .ratio(WITH, WITHOUT, RATE)
        .filter(ratio -> asOrdered)
        .map(of -> new Figure(lost(of.median()), lost(of.high()), lost(of.low()), "%"));
  }

  private static double lost(double ratio) {
    return 100 * (1 - ratio);
  }
}
