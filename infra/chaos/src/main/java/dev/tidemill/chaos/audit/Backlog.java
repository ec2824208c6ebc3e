package dev.tidemill.chaos.audit;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the workers have not done yet.
 *
 * @param batches committed batch records that are neither in a version nor passed
 * @param requests committed requests without an answer or a dead letter
 */
public record Backlog(int batches, int requests) {

  /** Counts what is left in a history. */
  public static Backlog of(History history) {
    return new Backlog(batches(history), requests(history));
  }

  public boolean isEmpty() {
    return batches == 0 && requests == 0;
  }

  private static int batches(History history) {
    Map<Integer, Long> next = new HashMap<>();
    for (GroupOffset offset : history.training()) {
      next.put(offset.partition(), offset.offset());
    }
    int left = 0;
    for (Batch batch : history.batches()) {
      Place at = batch.at();
      left += batch.committed() && at.offset() >= next.getOrDefault(at.partition(), 0L) ? 1 : 0;
    }
    return left;
  }

  private static int requests(History history) {
    Set<Place> handled = new HashSet<>();
    history.committedAnswers().forEach(answer -> handled.add(answer.request()));
    for (Letter letter : history.letters()) {
      if (letter.committed()) {
        handled.add(letter.of());
      }
    }
    int left = 0;
    for (Request request : history.requests()) {
      left += request.committed() && !handled.contains(request.at()) ? 1 : 0;
    }
    return left;
  }

  @Override
  public String toString() {
    if (batches < 0) {
      return "unknown";
    }
    return batches + " batch records and " + requests + " requests";
  }
}
