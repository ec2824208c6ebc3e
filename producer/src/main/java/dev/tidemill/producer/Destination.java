package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaWait;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Topics;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;

/** One model's topics, with the Kafka clients and codec to reach them. */
public record Destination(String model, Topics topics, KafkaClients clients, RecordCodec codec) {
  /** Creates a guard that watches a role's topics and whether the brokers answer. */
  public TopicGuard guard(
      TopicRole role, TopicLimits limits, HealthMonitor monitor, String clientId) {
    TopicContract contract =
        new TopicContract(role, topics, model, clients.bootstrapServers(), limits);
    return TopicGuard.of(clients, contract, monitor, clientId, TopicGuard.INTERVAL);
  }

  /**
   * Creates a wait for the schema registry, to be over before the first record is sent.
   *
   * @param types record type by topic
   */
  public SchemaWait schemaWait(
      Map<String, Class<? extends SpecificRecord>> types, LongSupplier nanoTime) {
    return new SchemaWait(codec, types, clients.deliveryTimeout(), nanoTime);
  }
}
