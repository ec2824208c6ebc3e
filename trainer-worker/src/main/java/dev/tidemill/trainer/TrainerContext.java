package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** The settings, clients and services that the parts of a trainer share. */
record TrainerContext(
    TrainerSettings settings,
    TrainerTiming timing,
    KafkaClients clients,
    Topics topics,
    TopicGuard guard,
    RecordCodec codec,
    TrainerJob job,
    TrainerMetrics metrics,
    HealthMonitor monitor,
    KnownVersion known,
    TrainerListener listener,
    Clock clock) {
  private static final int DIGEST_BYTES = 8;

  /**
   * Checks the topics, before any use of them. Two threads call this when they start; the later one
   * waits for the result of the earlier one.
   */
  void checkTopics() {
    synchronized (guard) {
      guard.onStart();
    }
  }

  /** Returns the group in which the trainers of a model elect their leader. */
  String leadGroup() {
    return "tidemill-" + settings.model() + "-lead";
  }

  /** Returns the group whose offsets show how far the model has read. It has no members. */
  String positionsGroup() {
    return "tidemill-" + settings.model() + "-trainer";
  }

  /** Returns the metadata that a transaction needs to commit the group's offsets. */
  ConsumerGroupMetadata offsetsGroup() {
    try (Consumer<byte[], byte[]> consumer = offsetsConsumer()) {
      return consumer.groupMetadata();
    }
  }

  /** Creates a consumer to read the group's offsets. */
  Consumer<byte[], byte[]> offsetsConsumer() {
    return clients.groupConsumer(clientId("offsets"), positionsGroup());
  }

  /** Returns the transactional id, one per model: a newer trainer fences an older one. */
  String transactionalId() {
    return "tidemill-" + settings.model() + "-trainer";
  }

  String clientId(String part) {
    return settings.worker() + "-" + part;
  }

  /** Returns the id of the batches topic, as manifests contain it. */
  String batchesId() {
    return guard.id(Topics.Name.BATCHES).toString();
  }

  /** Returns a digest that identifies a spec. */
  String specDigest(ModelSpec spec) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256")
              .digest(spec.toYaml().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
