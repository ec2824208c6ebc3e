package dev.tidemill.messaging;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when topics or brokers violate a {@link TopicContract}. Its message has one violation per
 * line.
 */
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
