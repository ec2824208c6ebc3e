package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchmarkException;
import java.util.Locale;
import java.util.Map;

/**
 * That our engine and PyTorch compute the same thing: losses of the first steps, or answers, from
 * the same weights and samples.
 */
final class Agreement {
  private static final int STEPS = 20;
  private static final int BATCH_SIZE = 32;

  /** Far above what the order of sums changes, far below what a difference in the network would. */
  private static final double MOST = 1e-3;

  private final Work work;
  private final Alternation alternation;

  Agreement(Work work, Alternation alternation) {
    this.work = work;
    this.alternation = alternation;
  }

  /**
   * A sentence that says how far they lie apart.
   *
   * @throws BenchmarkException if that is too far
   */
  String check(String network) {
    Map<String, Integer> order = Map.of("check", STEPS, "batch", BATCH_SIZE);
    JsonNode ours = alternation.ask(Peers.OURS, order).path("check");
    JsonNode theirs = alternation.ask(Peers.PYTORCH, order).path("check");
    double apart = apart(ours, theirs);
    String what =
        work == Work.TRAINING
            ? "losses of the first " + STEPS + " steps"
            : "answers to the first " + BATCH_SIZE + " samples";
    String sentence =
        String.format(
            Locale.ROOT,
            "%s: %s, from the same weights, lie at most %.1e apart (%s, %s).",
            network,
            what,
            apart,
            Peers.OURS,
            Peers.PYTORCH);
    if (!(apart <= MOST)) {
      throw new BenchmarkException("not the same thing is measured: " + sentence);
    }
    return sentence;
  }

  private static double apart(JsonNode ours, JsonNode theirs) {
    if (ours.size() != theirs.size() || ours.isEmpty()) {
      return Double.NaN;
    }
    double apart = 0;
    for (int i = 0; i < ours.size(); i++) {
      apart = Math.max(apart, Math.abs(ours.get(i).asDouble() - theirs.get(i).asDouble()));
    }
    return apart;
  }
}
