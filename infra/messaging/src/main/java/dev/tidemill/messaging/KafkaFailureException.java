package dev.tidemill.messaging;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** A failure of Kafka's clients with our sentence about it; what Kafka says is the cause. */
public final class KafkaFailureException extends KafkaException {
  private static final long serialVersionUID = 1L;

  KafkaFailureException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /**
   * A failure with our sentence, if there is one and no person has been told yet.
   *
   * @param topics those that were read or written, if the failure does not name its own
   */
  public static Exception of(Exception failure, String... topics) {
    if (failure instanceof KafkaFailureException) {
      return failure;
    }
    Optional<String> sentence = KafkaFailures.sentence(failure, topics);
    return sentence.isPresent() ? new KafkaFailureException(sentence.get(), failure) : failure;
  }
}
