package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether the guarantees hold in a history, and if not, what broke them.
 *
 * @param violations empty if they hold
 */
public record Verdict(List<Violation> violations) {
  private static final int SHOWN = 20;

  public Verdict {
    violations = List.copyOf(violations);
  }

  /** Checks all that the topics tell of training: G1, G2, G4, and G7 for batches. */
  public static Verdict onTraining(History history) {
    return of(
        TrainedOnce.check(history),
        WholeCheckpoints.check(history),
        TouchingRanges.check(history),
        FencedTrainers.check(history),
        RefusedBatches.check(history));
  }

  /** Checks all that the topics tell of serving: G5, G6, and G7 for requests. */
  public static Verdict onServing(History history) {
    return of(
        AnsweredOnce.check(history),
        OneVersionPerAnswer.check(history),
        RefusedRequests.check(history));
  }

  /**
   * Checks all that the topics tell: that sources were sent once, {@link #onTraining} and {@link
   * #onServing}.
   */
  public static Verdict on(History history) {
    return of(
        SentOnce.check(history), onTraining(history).violations(), onServing(history).violations());
  }

  /** Returns the verdict of several checks. */
  @SafeVarargs
  public static Verdict of(List<Violation>... checks) {
    List<Violation> all = new ArrayList<>();
    for (List<Violation> violations : checks) {
      all.addAll(violations);
    }
    return new Verdict(all);
  }

  /** Whether there is no violation. */
  public boolean holds() {
    return violations.isEmpty();
  }

  /**
   * Fails unless the verdict holds.
   *
   * @throws AssertionError that names the first violations
   */
  public void require() {
    if (!holds()) {
      throw new AssertionError(toString());
    }
  }

  @Override
  public String toString() {
    if (holds()) {
      return "no violation";
    }
    String rest = violations.size() > SHOWN ? "\n… " + (violations.size() - SHOWN) + " more" : "";
    return violations.stream()
        .limit(SHOWN)
        .map(violation -> "\n" + violation)
        .collect(
            Collectors.joining(
                "",
                violations.size() + (violations.size() == 1 ? " violation" : " violations"),
                rest));
  }
}
