package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/** Makes the failures that only a log with an open transaction makes. */
public final class OpenTransactions {
  private OpenTransactions() {}

  /** A transaction that keeps a partition from being read beyond an offset. */
  public static OpenTransactionException blocking(TopicPartition partition, long startOffset) {
    return new OpenTransactionException(
        new OpenTransaction(partition, startOffset, 17, null, null, null),
        "broker:9092",
        Duration.ofSeconds(30));
  }
}
