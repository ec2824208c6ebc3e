package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Waits for a broker to answer. If none does, reports the probable cause. */
final class BrokerReachability {
  /** The extra wait for a broker that is reachable but slow, for example on a busy machine. */
  private static final Duration SLOW_BROKER_WAIT = Duration.ofMinutes(1);

  private BrokerReachability() {}

  /**
   * Returns once a broker has answered.
   *
   * @param atMost how long to wait; a broker that is reachable but slow gets an extra minute
   * @throws UnreachableBrokerException if no broker answers in time, or the brokers reject the
   *     connection
   */
  static void await(Admin admin, KafkaSettings settings, Duration atMost) {
    try {
      ask(admin, settings, atMost);
    } catch (TimeoutException e) {
      if (!ConnectionDiagnosis.findsBroker(settings)) {
        throw unreachable(settings, atMost, e);
      }
      awaitSlow(admin, settings, atMost.plus(SLOW_BROKER_WAIT));
    }
  }

  private static void awaitSlow(Admin admin, KafkaSettings settings, Duration altogether) {
    try {
      ask(admin, settings, SLOW_BROKER_WAIT);
    } catch (TimeoutException e) {
      throw unreachable(settings, altogether, e);
    }
  }

  private static void ask(Admin admin, KafkaSettings settings, Duration atMost) {
    int millis = Math.toIntExact(atMost.toMillis());
    try {
      KafkaResult.get(
          admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis)).clusterId());
    } catch (TimeoutException e) {
      throw e;
    } catch (AuthenticationException e) {
      throw new UnreachableBrokerException(
          "Kafka at "
              + settings.bootstrapServers()
              + " rejects the connection: "
              + why(settings, e),
          e);
    } catch (KafkaException e) {
      throw new UnreachableBrokerException(
          "Kafka at "
              + settings.bootstrapServers()
              + " rejects the request: "
              + KafkaFailures.explain(e),
          e);
    }
  }

  private static UnreachableBrokerException unreachable(
      KafkaSettings settings, Duration waited, TimeoutException e) {
    return new UnreachableBrokerException(
        "no Kafka broker answers at "
            + settings.bootstrapServers()
            + " (waited "
            + waited.toSeconds()
            + " s): "
            + ConnectionDiagnosis.of(settings),
        e);
  }

  /**
   * Explains a rejection. A TLS client that meets a port without TLS reports a failed handshake, so
   * the diagnosis comes first.
   */
  private static String why(KafkaSettings settings, AuthenticationException e) {
    return e instanceof SslAuthenticationException
        ? ConnectionDiagnosis.of(settings) + " (" + KafkaFailures.explain(e) + ")"
        : KafkaFailures.explain(e);
  }
}
