package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks G6: each answer names one committed version, and a worker does not go back to an older
 * version, unless an operator pins it. Versions are compared in the order of the requests of one
 * partition: several serving threads of a worker swap one after the other.
 *
 * <p>Whether that version computes these outputs, it can only check with an {@link Oracle}.
 */
public final class OneVersionPerAnswer {
  private final History history;
  private final Set<Long> committed = new HashSet<>();
  private final Set<Long> uncommitted = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  private OneVersionPerAnswer(History history) {
    this.history = history;
    for (Manifest manifest : history.manifests()) {
      (manifest.committed() ? committed : uncommitted).add(manifest.version());
    }
  }

  /** Knows what a version computes. */
  @FunctionalInterface
  public interface Oracle {
    /** Whether the version that the answer names computes its outputs from the request. */
    boolean computes(Answer answer, Request request);
  }

  /** Returns the answers whose version is not committed, or older than it may be. */
  public static List<Violation> check(History history) {
    OneVersionPerAnswer check = new OneVersionPerAnswer(history);
    Map<String, Long> newest = new HashMap<>();
    for (Answer answer : history.answersByRequest()) {
      check.checkVersion(answer);
      if (answer.error().isEmpty()) {
        check.checkOrder(answer, newest);
      }
    }
    return check.violations;
  }

  /** Returns the answers whose outputs are not those of the version that they name. */
  public static List<Violation> check(History history, Oracle oracle) {
    OneVersionPerAnswer check = new OneVersionPerAnswer(history);
    Map<Place, Request> requests = new HashMap<>();
    history.requests().forEach(request -> requests.put(request.at(), request));
    for (Answer answer : history.answersByRequest()) {
      Request request = requests.get(answer.request());
      if (request != null && answer.error().isEmpty() && !oracle.computes(answer, request)) {
        check.add(
            Anomaly.FRACTURED_READ,
            answer,
            "version %d does not compute these outputs".formatted(answer.version()));
      }
    }
    return check.violations;
  }

  private void checkVersion(Answer answer) {
    boolean refused = answer.error().isPresent();
    if (refused ? answer.version() == 0 : committed.contains(answer.version())) {
      return;
    }
    if (uncommitted.contains(answer.version())) {
      add(
          Anomaly.ABORTED_READ,
          answer,
          "was given by version %d, which is not committed".formatted(answer.version()));
    } else {
      add(
          Anomaly.PHANTOM,
          answer,
          refused
              ? "names version %d, but has an error".formatted(answer.version())
              : "was given by version %d, which does not exist".formatted(answer.version()));
    }
  }

  private void checkOrder(Answer answer, Map<String, Long> newest) {
    String server = answer.worker() + "\n" + answer.request().partition();
    Long earlier = newest.put(server, answer.version());
    if (earlier != null
        && earlier > answer.version()
        && !history.pinned().contains(answer.version())) {
      add(
          Anomaly.STALE_SERVE,
          answer,
          "worker %s answered with version %d, after version %d"
              .formatted(answer.worker(), answer.version(), earlier));
    }
  }

  private void add(Anomaly anomaly, Answer answer, String text) {
    violations.add(new Violation(Guarantee.G6, anomaly, answer.where(), text));
  }
}
