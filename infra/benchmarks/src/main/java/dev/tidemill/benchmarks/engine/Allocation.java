package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.Report;
import java.util.Optional;
import java.util.stream.IntStream;

/** Bytes that the hot path allocates on the Java heap, as the JVM counts them. */
public final class Allocation {
  private Allocation() {}

  public static void run(BenchContext context) {
    Report report = context.report();
    Report.Table table = report.table("LeNet, Java heap", "what | bytes per sample");
    try (Participant participant =
        Participant.start(context.java().launch("allocation", HotPath.class))) {
      for (HotPath.Part part : HotPath.Part.values()) {
        context.say("allocation: " + part.text);
        HotPath.Order order = new HotPath.Order(part, context.seconds(1));
        double unused = participant.run(order, Double.class);
        double[] rounds =
            IntStream.range(0, context.rounds(3))
                .mapToDouble(round -> participant.run(order, Double.class))
                .toArray();
        Figure bytes = Figure.of(rounds, "B");
        table.row(part.text, bytes);
        if (part.isEngine) {
          report.atMost(1, part.text + ": bytes per sample", Optional.of(bytes));
        }
      }
      report.note(
          "A figure includes some hundred bytes that the measurement allocates in each round.");
      report.versions(participant.versions());
    }
  }
}
