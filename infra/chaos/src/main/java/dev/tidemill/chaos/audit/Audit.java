package dev.tidemill.chaos.audit;

import dev.tidemill.chaos.pipeline.Caller.Acknowledged;
import dev.tidemill.testbed.guarantee.Anomaly;
import dev.tidemill.testbed.guarantee.Guarantee;
import dev.tidemill.testbed.guarantee.SentOnce;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.guarantee.Violation;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks all guarantees that the topics tell of, and that nothing acknowledged is missing. */
public final class Audit {
  private Audit() {}

  /** Returns the verdict on a history of workers that are idle. */
  public static Verdict of(History history, Facts facts) {
    History known = history.withLeadershipEnds(facts.killedTrainers());
    List<Violation> all = new ArrayList<>(Verdict.on(known).violations());
    all.addAll(SentOnce.check(known, facts.sent()));
    all.addAll(lostRequests(known, facts.acknowledged()));
    // The first check of sources is part of the second.
    return new Verdict(all.stream().distinct().toList());
  }

  private static List<Violation> lostRequests(History history, List<Acknowledged> acknowledged) {
    Map<Place, Request> requests = new HashMap<>();
    history.requests().forEach(request -> requests.put(request.at(), request));
    List<Violation> lost = new ArrayList<>();
    for (Acknowledged each : acknowledged) {
      Request found = requests.get(each.at());
      if (history.isDeleted(each.at())) {
        continue;
      }
      if (found == null || !found.committed() || !found.id().equals(each.id())) {
        lost.add(
            new Violation(
                Guarantee.SENT,
                Anomaly.LOST_WRITE,
                each.at() + " request " + each.id(),
                "was acknowledged to its caller, and is not on the log"));
      }
    }
    return lost;
  }
}
