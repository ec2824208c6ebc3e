package dev.tidemill.messaging;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that has been neither committed nor aborted.
 *
 * @param startOffset the offset of its first record in the partition
 * @param transactionalId null if no coordinator knows the transaction, or the principal may not see
 *     it
 * @param since when it began; null if {@code transactionalId} is null
 * @param timeout how long after {@code since} the brokers abort it; null if {@code transactionalId}
 *     is null
 */
public record OpenTransaction(
    TopicPartition partition,
    long startOffset,
    long producerId,
    @Nullable String transactionalId,
    @Nullable Instant since,
    @Nullable Duration timeout) {

  /** Returns the command that ends it; its producer must be stopped first. */
  public String abortCommand(String bootstrapServers) {
    return "kafka-transactions --bootstrap-server %s abort --topic %s --partition %d --start-offset %d"
        .formatted(bootstrapServers, partition.topic(), partition.partition(), startOffset);
  }

  /** Returns the producer's id and transactional id, for messages. */
  public String producer() {
    return "producer %d (%s)"
        .formatted(
            producerId,
            transactionalId == null
                ? "unknown transactional.id"
                : "transactional.id " + transactionalId);
  }
}
