package dev.tidemill.messaging;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Waits for a broker to answer. */
final class BrokerReach {
  private BrokerReach() {}

  /**
   * Returns once a broker has answered.
   *
   * @throws UnreachableBrokerException if none did in time, or it would not let us in
   */
  static void await(Admin admin, String bootstrapServers, Duration atMost) {
    int millis = Math.toIntExact(atMost.toMillis());
    try {
      KafkaResult.get(
          admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis)).clusterId());
    } catch (TimeoutException e) {
      throw new UnreachableBrokerException(
          "no Kafka broker answers at "
              + bootstrapServers
              + " (waited "
              + atMost.toSeconds()
              + " s)",
          e);
    } catch (KafkaException e) {
      throw new UnreachableBrokerException(
          "the Kafka broker at " + bootstrapServers + " refuses: " + e.getMessage(), e);
    }
  }
}
