package dev.tidemill.chaos.audit;

import dev.tidemill.chaos.pipeline.Caller.Acknowledged;
import dev.tidemill.testbed.history.LeadershipEnd;
import java.util.List;
import java.util.Map;

/**
 * What the harness knows besides the records on the log.
 *
 * @param sent samples of each source whose producer reported that it had sent all
 * @param acknowledged requests that the brokers have acknowledged to a caller
 * @param killedTrainers the newest version that each killed trainer may have published
 */
public record Facts(
    Map<String, Long> sent, List<Acknowledged> acknowledged, List<LeadershipEnd> killedTrainers) {

  public Facts {
    sent = Map.copyOf(sent);
    acknowledged = List.copyOf(acknowledged);
    killedTrainers = List.copyOf(killedTrainers);
  }
}
