package dev.tidemill.messaging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the brokers allow to transactions.
 *
 * @param transactionVersion the finalized level of the feature {@code transaction.version}
 * @param longestTransaction the smallest {@code transaction.max.timeout.ms} of all brokers; null if
 *     the principal may not see it. A longer transaction is refused by the brokers themselves.
 */
public record BrokerLimits(int transactionVersion, @Nullable Duration longestTransaction) {
  /** For roles without transactions, to which the brokers' limits do not matter. */
  static final BrokerLimits UNCHECKED =
      new BrokerLimits(Integer.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE));
}
