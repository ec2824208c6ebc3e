package dev.tidemill.trainer;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** What a trainer's parts share. */
record TrainerContext(
    TrainerSettings settings,
    KafkaClients clients,
    Topics topics,
    RecordCodec codec,
    TrainerJob job,
    TrainerMetrics metrics,
    TrainerListener listener,
    Clock clock) {

  /** The group in which the trainers of a model elect their leader. */
  String leadGroup() {
    return "tidemill-" + settings.model() + "-lead";
  }

  /** The group whose offsets show how far the model has read. It has no members. */
  ConsumerGroupMetadata offsetsGroup() {
    String group = "tidemill-" + settings.model() + "-trainer";
    try (Consumer<byte[], byte[]> consumer = clients.groupConsumer(clientId("offsets"), group)) {
      return consumer.groupMetadata();
    }
  }

  /** One a model: a newer trainer fences an older. */
  String transactionalId() {
    return "tidemill-" + settings.model() + "-trainer";
  }

  String clientId(String part) {
    return settings.worker() + "-" + part;
  }
}
