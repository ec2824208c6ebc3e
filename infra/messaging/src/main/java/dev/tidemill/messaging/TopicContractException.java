package dev.tidemill.messaging;

import java.util.List;
import java.util.stream.Collectors;

/** Topics, or the brokers, are not as Tidemill needs them. Names every violation, a line each. */
public final class TopicContractException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<TopicViolation> violations;

  TopicContractException(List<TopicViolation> violations) {
    super(violations.stream().map(TopicViolation::sentence).collect(Collectors.joining("\n  ")));
    this.violations = List.copyOf(violations);
  }

  public List<TopicViolation> violations() {
    return violations;
  }
}
