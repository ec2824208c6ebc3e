package dev.tidemill.messaging;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that has neither been committed nor aborted.
 *
 * @param startOffset its first record in the partition
 * @param transactionalId null if no coordinator knows the transaction, or we may not see it
 * @param since when it began; null where the transactional id is
 * @param timeout after which the brokers end it; null where the transactional id is
 */
public record OpenTransaction(
    TopicPartition partition,
    long startOffset,
    long producerId,
    @Nullable String transactionalId,
    @Nullable Instant since,
    @Nullable Duration timeout) {}
