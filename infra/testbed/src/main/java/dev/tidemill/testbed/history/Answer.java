package dev.tidemill.testbed.history;

import java.util.List;
import java.util.Optional;

/**
 * A record of {@code predictions}.
 *
 * @param committed whether a {@code read_committed} reader sees it
 * @param request where the answered request is
 * @param topicId id of that topic; empty if unknown
 * @param version the version that answered; 0 if there is an error
 * @param error why there is no prediction
 * @param expired whether it was created after the deadline that its headers repeat
 */
public record Answer(
    Place at,
    boolean committed,
    String requestId,
    Place request,
    String topicId,
    long version,
    String worker,
    List<Float> outputs,
    Optional<String> error,
    boolean expired) {

  public Answer {
    outputs = List.copyOf(outputs);
  }

  /** Returns where the answer is and the request's id, for messages. */
  public String where() {
    return at + " request " + requestId;
  }
}
