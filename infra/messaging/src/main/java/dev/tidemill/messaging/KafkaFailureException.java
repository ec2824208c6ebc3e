package dev.tidemill.messaging;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * A Kafka client failure with an explanation as its message; the original exception is the cause.
 */
public final class KafkaFailureException extends KafkaException {
  private static final long serialVersionUID = 1L;

  KafkaFailureException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /**
   * Wraps a failure with an explanation, if there is one and the failure does not carry one yet.
   *
   * @param topics the topics read or written, in case the failure names none
   */
  public static Exception of(Exception failure, String... topics) {
    if (failure instanceof KafkaFailureException) {
      return failure;
    }
    Optional<String> sentence = KafkaFailures.sentence(failure, topics);
    return sentence.isPresent() ? new KafkaFailureException(sentence.get(), failure) : failure;
  }
}
