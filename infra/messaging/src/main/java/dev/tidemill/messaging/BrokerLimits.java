package dev.tidemill.messaging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The brokers' limits on transactions.
 *
 * @param transactionVersion the finalized level of the feature {@code transaction.version}
 * @param longestTransaction the smallest {@code transaction.max.timeout.ms} of all brokers; null if
 *     the principal may not see it. Brokers reject longer transactions themselves.
 */
public record BrokerLimits(int transactionVersion, @Nullable Duration longestTransaction) {
  /** For roles without transactions, which these limits do not affect. */
  static final BrokerLimits UNCHECKED =
      new BrokerLimits(Integer.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE));
}
