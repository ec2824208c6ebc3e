package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** How much of its time a trainer loses to checkpoints, by their size. */
public final class CheckpointsBenchmark implements Benchmark {
  static final String WITH = "with checkpoints";
  static final String WITHOUT = "without";
  private static final String RATE = "samplesPerSecond";
  private static final int NEVER_SECONDS = 86_400;
  private static final long LOG_SAMPLES = 400_000;

  /**
   * A network to be trained.
   *
   * @param state its parameters and momentum, in words
   * @param hidden features of its one hidden layer
   */
  private record Size(String state, int hidden, int batchSize) {}

  private static final List<Size> SIZES =
      List.of(new Size("25 MB", 3_930, 64), new Size("250 MB", 39_300, 64));

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public String about() {
    return "training time lost to checkpoints of 25 MB and of 250 MB, one every 10 s";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    List<List<Cell>> rows = new ArrayList<>();
    int everySeconds = context.quick() ? 4 : 10;
    try (Broker broker = Broker.start(context);
        Alternation participants =
            Alternation.start(
                List.of(
                    context.java().launch(WITH, CheckpointedTraining.class, List.of()),
                    context.java().launch(WITHOUT, CheckpointedTraining.class, List.of())))) {
      FilledLog.fill(broker.bootstrapServers(), LOG_SAMPLES, 0);
      for (Size size : SIZES) {
        context.say(size.state());
        Rounds rounds =
            participants.runMirrored(
                1,
                rounds(context, size),
                who ->
                    order(
                        context,
                        size,
                        everySeconds,
                        who.equals(WITH) ? everySeconds : NEVER_SECONDS,
                        broker));
        Optional<Figure> lost = lost(rounds);
        if (lost.isEmpty()) {
          report.note(size.state() + ": not in every round was a checkpoint committed in time.");
        }
        rows.add(row(size, rounds, lost, copy(participants, order(context, size, 0, 0, broker))));
        if (size.equals(SIZES.get(0))) {
          report.target(
              Target.atMost(
                  1,
                  "training time lost to checkpoints of 25 MB, one every " + everySeconds + " s",
                  lost));
        }
      }
      return report
          .table(
              "A checkpoint every " + everySeconds + " s",
              List.of(
                  "state",
                  WITHOUT,
                  WITH,
                  "time lost",
                  "copy of a snapshot",
                  "CPU of publishing, each"),
              rows)
          .versions(participants.versions())
          .note(
              "Each round is one interval with one checkpoint in it, begun early and committed before"
                  + " its end, or with none. For a checkpoint the training thread copies a snapshot;"
                  + " the rest is done by other threads, on what the other core has left. The copies"
                  + " in the table were timed by themselves, with nothing trained meanwhile.")
          .build();
    }
  }

  private static int rounds(BenchContext context, Size size) {
    return context.rounds(size.equals(SIZES.get(0)) ? 5 : 3);
  }

  private static Map<String, Object> order(
      BenchContext context, Size size, int everySeconds, int checkpointSeconds, Broker broker) {
    Map<String, Object> order = new HashMap<>();
    order.put("engine", context.engine());
    order.put("hidden", size.hidden());
    order.put("batchSize", size.batchSize());
    order.put("checkpointSeconds", Integer.toString(checkpointSeconds));
    // So that it falls into the first third of the seconds that count, and has the others.
    order.put("warmSeconds", 0.7 * everySeconds);
    order.put("seconds", everySeconds);
    order.put("bootstrapServers", broker.bootstrapServers());
    order.put("topic", FilledLog.BATCHES.batches());
    order.put("topicSamples", LOG_SAMPLES);
    return order;
  }

  /** Of the copy that a checkpoint begins with. */
  private static Figure copy(Alternation participants, Map<String, Object> order) {
    order.put("copies", true);
    List<Double> millis = new ArrayList<>();
    participants.ask(WITH, order).path("copyMillis").forEach(copy -> millis.add(copy.asDouble()));
    return Figure.of(millis.stream().mapToDouble(Double::doubleValue).toArray(), "ms");
  }

  /** Per cent, round by round; empty if a round lacked its checkpoint, or had one too many. */
  static Optional<Figure> lost(Rounds rounds) {
    if (DoubleStream.of(rounds.values(WITH, "versions")).anyMatch(versions -> versions != 1)
        || DoubleStream.of(rounds.values(WITHOUT, "versions"))
            .anyMatch(versions -> versions != 0)) {
      return Optional.empty();
    }
    double[] with = rounds.values(WITH, RATE);
    double[] without = rounds.values(WITHOUT, RATE);
    double[] lost = new double[with.length];
    for (int i = 0; i < lost.length; i++) {
      lost[i] = 100 * (1 - Figure.quotient(with[i], without[i], WITHOUT));
    }
    return Optional.of(Figure.of(lost, "%"));
  }

  private static List<Cell> row(Size size, Rounds rounds, Optional<Figure> lost, Figure copy) {
    return List.of(
        Cell.of(size.state()),
        rounds.figure(WITHOUT, RATE, "samples/s").map(Cell::of).orElseGet(Cell::none),
        rounds.figure(WITH, RATE, "samples/s").map(Cell::of).orElseGet(Cell::none),
        lost.map(Cell::of).orElseGet(Cell::none),
        Cell.of(copy),
        rounds.figure(WITH, "publisherCpuMillis", "ms").map(Cell::of).orElseGet(Cell::none));
  }
}
