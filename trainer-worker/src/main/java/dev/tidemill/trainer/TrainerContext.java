package dev.tidemill.trainer;

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

/** What a trainer's parts share. */
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
   * Checks the topics, which nobody may use before. Two threads want that at their start: the later
   * one waits for what the earlier finds.
   */
  void firstLook() {
    synchronized (guard) {
      guard.onStart();
    }
  }

  /** The group in which the trainers of a model elect their leader. */
  String leadGroup() {
    return "tidemill-" + settings.model() + "-lead";
  }

  /** The group whose offsets show how far the model has read. It has no members. */
  String positionsGroup() {
    return "tidemill-" + settings.model() + "-trainer";
  }

  /** For committing the group's offsets. */
  ConsumerGroupMetadata offsetsGroup() {
    try (Consumer<byte[], byte[]> consumer = offsetsConsumer()) {
      return consumer.groupMetadata();
    }
  }

  /** For reading the group's offsets. */
  Consumer<byte[], byte[]> offsetsConsumer() {
    return clients.groupConsumer(clientId("offsets"), positionsGroup());
  }

  /** One a model: a newer trainer fences an older. */
  String transactionalId() {
    return "tidemill-" + settings.model() + "-trainer";
  }

  String clientId(String part) {
    return settings.worker() + "-" + part;
  }

  /** The batches topic's id, as manifests name it. */
  String batchesId() {
    return guard.id(Topics.Name.BATCHES).toString();
  }

  /** Tells one spec from another. */
  String specDigest() {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256")
              .digest(job.spec().toYaml().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
