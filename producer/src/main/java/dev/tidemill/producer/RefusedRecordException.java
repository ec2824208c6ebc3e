package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaFailureException;
import dev.tidemill.messaging.KafkaFailures;
import java.util.Locale;
import org.apache.kafka.common.KafkaException;

/** The brokers reject a record. This is not retriable: they would reject the same records again. */
public final class RefusedRecordException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param largestBytes size of the largest record sent, before compression
   */
  RefusedRecordException(
      KafkaException failure, String topic, int largestBytes, SendSettings settings) {
    super(
        String.format(
            Locale.ROOT,
            "%s (the largest record has %,d bytes before compression; %s is %d)",
            KafkaFailures.explain(failure, topic),
            largestBytes,
            SendSettings.BATCH_SAMPLES,
            settings.batchSamples()),
        failure instanceof KafkaFailureException ? failure.getCause() : failure);
  }
}
