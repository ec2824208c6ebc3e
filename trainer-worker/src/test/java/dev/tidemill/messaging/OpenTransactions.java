package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/** Creates exceptions that normally need a log with an open transaction. */
public final class OpenTransactions {
  private OpenTransactions() {}

  /** Creates the exception for a transaction that blocks a partition at an offset. */
  public static OpenTransactionException blocking(TopicPartition partition, long startOffset) {
    return new OpenTransactionException(
        new OpenTransaction(partition, startOffset, 17, null, null, null),
        "broker:9092",
        Duration.ofSeconds(30));
  }
}
