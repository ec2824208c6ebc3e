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
    @Nullable Duration timeout) {}
