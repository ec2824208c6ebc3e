package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaFailureException;
import dev.tidemill.messaging.KafkaFailures;
import java.util.Locale;
import org.apache.kafka.common.KafkaException;

/** The brokers take no such record; the same records would be refused again. */
public final class RefusedRecordException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param largestBytes of the records that were sent
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
