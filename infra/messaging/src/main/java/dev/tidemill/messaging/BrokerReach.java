package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Waits for a broker to answer; if none does, finds out why. */
final class BrokerReach {
  /** How much longer to wait for a broker that is there, on a machine that is busy. */
  private static final Duration SLOW = Duration.ofMinutes(1);

  private BrokerReach() {}

  /**
   * Returns once a broker has answered.
   *
   * @param atMost waits so long if no broker can be found, and longer for one that is only slow
   * @throws UnreachableBrokerException if none did in time, or it would not let us in
   */
  static void await(Admin admin, KafkaSettings settings, Duration atMost) {
    try {
      ask(admin, settings, atMost);
    } catch (TimeoutException e) {
      if (!ConnectionDiagnosis.findsBroker(settings)) {
        throw unreachable(settings, atMost, e);
      }
      awaitSlow(admin, settings, atMost.plus(SLOW));
    }
  }

  private static void awaitSlow(Admin admin, KafkaSettings settings, Duration altogether) {
    try {
      ask(admin, settings, SLOW);
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
          "Kafka at " + settings.bootstrapServers() + " does not let us in: " + why(settings, e),
          e);
    } catch (KafkaException e) {
      throw new UnreachableBrokerException(
          "Kafka at " + settings.bootstrapServers() + " refuses: " + KafkaFailures.explain(e), e);
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

  /** A client that speaks TLS to a port that does not takes it for a failed handshake. */
  private static String why(KafkaSettings settings, AuthenticationException e) {
    return e instanceof SslAuthenticationException
        ? ConnectionDiagnosis.of(settings) + " (" + KafkaFailures.explain(e) + ")"
        : KafkaFailures.explain(e);
  }
}
