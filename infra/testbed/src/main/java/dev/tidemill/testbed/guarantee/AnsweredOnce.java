package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks G5: each committed request has exactly one committed answer. A request that cannot be
 * decoded has a dead letter instead. Answers refer to their request by its offset, so callers may
 * use the same id. For {@code processing.guarantee=exactly_once}.
 *
 * <p>Answers to requests that were deleted since are only checked for duplicates. Requests that
 * were deleted before they were answered are not on the log, so it cannot miss them.
 */
public final class AnsweredOnce {
  private final History history;
  private final Map<Place, Request> requests = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  private AnsweredOnce(History history) {
    this.history = history;
    history.requests().forEach(request -> requests.put(request.at(), request));
  }

  /** Returns the requests without exactly one answer, and answers that belong to no request. */
  public static List<Violation> check(History history) {
    AnsweredOnce check = new AnsweredOnce(history);
    Map<Place, Answer> answered = check.checkAnswers();
    check.checkRequests(answered.keySet());
    check.checkOffsets();
    return check.violations;
  }

  private Map<Place, Answer> checkAnswers() {
    Map<Place, Answer> answered = new HashMap<>();
    for (Answer answer : history.answersByRequest()) {
      Answer earlier = answered.putIfAbsent(answer.request(), answer);
      if (earlier == null) {
        checkOrigin(answer);
      } else {
        add(
            Anomaly.DUPLICATE,
            answer.where(),
            "%s was already answered at %s".formatted(answer.request(), earlier.at()));
      }
    }
    return answered;
  }

  private void checkOrigin(Answer answer) {
    Request request = requests.get(answer.request());
    if (request == null) {
      if (!history.isDeleted(answer.request())) {
        add(
            Anomaly.PHANTOM,
            answer.where(),
            "answers %s, where there is no request".formatted(answer.request()));
      }
    } else if (!request.committed()) {
      add(
          Anomaly.ABORTED_READ,
          answer.where(),
          "answers %s, which is not committed".formatted(answer.request()));
    } else if (!request.id().equals(answer.requestId())) {
      add(
          Anomaly.PHANTOM,
          answer.where(),
          "answers %s, which has another id".formatted(request.where()));
    }
  }

  private void checkRequests(Set<Place> answered) {
    Set<Place> refused = new HashSet<>();
    for (Letter letter : history.letters()) {
      if (letter.committed()) {
        refused.add(letter.of());
      }
    }
    for (Request request : history.requests()) {
      boolean handled =
          answered.contains(request.at())
              || (!request.readable() && refused.contains(request.at()));
      if (request.committed() && !handled) {
        add(
            Anomaly.LOST_WRITE,
            request.where(),
            request.readable() ? "has no answer" : "has neither an answer nor a dead letter");
      }
    }
  }

  /** A request's offset is committed together with its answer. */
  private void checkOffsets() {
    Map<Integer, Long> committed = new HashMap<>();
    for (GroupOffset offset : history.serving()) {
      committed.put(offset.partition(), offset.offset());
    }
    for (Answer answer : history.answersByRequest()) {
      Long offset = committed.get(answer.request().partition());
      if (offset != null && answer.request().offset() >= offset) {
        add(
            Anomaly.TORN_TRANSACTION,
            answer.where(),
            "answers %s, but the group's offset is %d".formatted(answer.request(), offset));
      }
    }
  }

  private void add(Anomaly anomaly, String where, String text) {
    violations.add(new Violation(Guarantee.G5, anomaly, where, text));
  }
}
