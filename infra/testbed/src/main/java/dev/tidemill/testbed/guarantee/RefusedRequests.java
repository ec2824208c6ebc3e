package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks G7 for {@code requests}: a request that cannot be decoded has one dead letter and no
 * answer. One that cannot be used has one dead letter, and an answer with an error. The others have
 * none. That none is missing altogether is checked by {@link AnsweredOnce}.
 */
public final class RefusedRequests {
  private RefusedRequests() {}

  /** Returns the requests that were refused without a dead letter, or twice. */
  public static List<Violation> check(History history) {
    Map<Place, Answer> answers = new HashMap<>();
    history.answersByRequest().forEach(answer -> answers.put(answer.request(), answer));
    Set<String> topics =
        history.requests().stream().map(r -> r.at().topic()).collect(Collectors.toSet());
    List<Letter> about =
        history.letters().stream()
            .filter(letter -> letter.committed() && topics.contains(letter.of().topic()))
            .toList();
    LetterCheck letters = new LetterCheck(about);
    for (Request request : history.requests()) {
      letters.check(request.at(), request.committed(), request.checksum(), 1);
      if (request.committed()) {
        checkRequest(request, answers.get(request.at()), letters);
      }
    }
    Set<Place> places = history.requests().stream().map(Request::at).collect(Collectors.toSet());
    letters.checkOrigins(place -> places.contains(place) || history.isDeleted(place));
    return letters.violations();
  }

  private static void checkRequest(Request request, @Nullable Answer answer, LetterCheck letters) {
    boolean refused = !letters.about(request.at()).isEmpty();
    boolean error = answer != null && answer.error().isPresent();
    boolean expired = answer != null && answer.expired();
    if (error && !refused && !expired) {
      letters.add(
          Anomaly.LOST_WRITE, request.where(), "has an answer with an error, but no dead letter");
    } else if (refused && request.readable() && answer == null) {
      letters.add(Anomaly.TORN_TRANSACTION, request.where(), "has a dead letter, but no answer");
    } else if (refused && answer != null && !error) {
      letters.add(
          Anomaly.DUPLICATE, request.where(), "has a dead letter and an answer without an error");
    }
  }
}
