package dev.tidemill.messaging;

import dev.tidemill.natives.CompressionLibraries;
import dev.tidemill.runtime.InvalidSettingsException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Makes every Kafka client there is, so that what is guaranteed can be read on one screen: our
 * defaults first, then what the user set, then what carries a guarantee.
 *
 * <p>Every method throws {@link UnreachableBrokerException} where no bootstrap address can be
 * resolved, and {@link InvalidSettingsException} for settings that the client refuses.
 */
public final class KafkaClients {
  /** A record of 16 MiB and what a dead letter adds around it. */
  static final int LARGEST_REQUEST_BYTES = TopicPolicy.LARGEST_RECORD_BYTES + 2 * 1024 * 1024;

  /** A few hundred bytes at a time are sent sooner than compressed, and checked by the broker. */
  private static final Map<String, Object> ANSWERS =
      Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");

  /**
   * Who serves requests has to know soon that answers are not written, and to poll meanwhile; a
   * partition's leader moves within this.
   */
  private static final int ANSWERS_BLOCK_MS = 20_000;

  private static final String BATCH_SIZE = ProducerConfig.BATCH_SIZE_CONFIG;

  /** A request holds one batch of a partition, so that small batches are a request a record. */
  private static final int BULK_BATCH_BYTES = 512 * 1024;

  /**
   * What a heap of some 48 MiB takes in its young generation: larger ones go to the old one, whose
   * collection stops every thread for longer than the round trips saved.
   */
  private static final int SEEKING_FETCH_BYTES = 2 << 20;

  /** The system sizes the socket's buffer as it sees fit; Kafka's 64 KiB hold each fetch up. */
  private static final int AS_THE_SYSTEM_WANTS = -1;

  private static final long TRANSACTION_RETRY_MS = 4;

  private static final int BATCHES_A_POLL = 8;

  /** Key, headers and framing of a record, and its batch's head. */
  private static final int AROUND_A_RECORD = 1024;

  /** Kafka's default; never taken as a whole where records are smaller. */
  private static final long BUFFER_BYTES = 32 << 20;

  private final KafkaSettings settings;

  public KafkaClients(KafkaSettings settings) {
    this.settings = settings;
  }

  public String bootstrapServers() {
    return settings.bootstrapServers();
  }

  /** Where the brokers are, and what was set. */
  KafkaSettings settings() {
    return settings;
  }

  /** How long a read to a topic's end may make no progress. */
  public Duration readTimeout() {
    return settings.readTimeout();
  }

  /** How long a producer's record may wait for the brokers before it fails. */
  public Duration deliveryTimeout() {
    Map<String, Object> config = new HashMap<>(settings.common());
    config.putAll(settings.producer());
    Object timeout =
        config.getOrDefault(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            ProducerConfig.configDef()
                .defaultValues()
                .get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG));
    return Duration.ofMillis(Long.parseLong(String.valueOf(timeout)));
  }

  /** Idempotent, acknowledged by all in-sync replicas. */
  public Producer<byte[], byte[]> producer(String clientId) {
    return make(producerConfig(clientId, Map.of()), KafkaProducer::new);
  }

  /** As {@link #producer}, and a newer one with the same transactional id fences an older. */
  public Producer<byte[], byte[]> transactionalProducer(String clientId, String transactionalId) {
    return make(transactionalConfig(clientId, transactionalId, Map.of()), KafkaProducer::new);
  }

  /** As {@link #producer}, for small records that somebody waits for. */
  public Producer<byte[], byte[]> answeringProducer(String clientId) {
    Map<String, Object> config = producerConfig(clientId, ANSWERS);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWERS_BLOCK_MS);
    return make(config, KafkaProducer::new);
  }

  /**
   * As {@link #transactionalProducer}, for small records that somebody waits for, and for a
   * transactional id that nobody may ever use again: what it leaves open when it dies is ended by
   * the brokers.
   *
   * @param openAtMost how long a transaction may be open; until then nobody sees what was committed
   *     after it began
   */
  public Producer<byte[], byte[]> answeringProducer(
      String clientId, String transactionalId, Duration openAtMost) {
    Map<String, Object> config = producerConfig(clientId, ANSWERS);
    // Records are gathered while the transaction before commits; this one's commit sends the rest.
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 2);
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MS);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWERS_BLOCK_MS);
    config.putIfAbsent(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(openAtMost.toMillis()));
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return make(config, KafkaProducer::new);
  }

  /** As {@link #producer}, for records of many kilobytes, as many as there are. */
  public Producer<byte[], byte[]> bulkProducer(String clientId) {
    return make(producerConfig(clientId, Map.of(BATCH_SIZE, BULK_BATCH_BYTES)), KafkaProducer::new);
  }

  /**
   * As {@link #bulkProducer}, in transactions.
   *
   * @param openAtMost how long a transaction may be open, a killed producer's included
   */
  public Producer<byte[], byte[]> bulkProducer(
      String clientId, String transactionalId, Duration openAtMost) {
    Map<String, Object> defaults = new HashMap<>(openAtMost(openAtMost));
    defaults.put(BATCH_SIZE, BULK_BATCH_BYTES);
    return make(transactionalConfig(clientId, transactionalId, defaults), KafkaProducer::new);
  }

  /**
   * As {@link #transactionalProducer}, for a model's weights: a few records that are large and all
   * alike. They are not compressed: trained floats would shrink by less than a tenth, for the time
   * of the core that the training thread leaves to others. Batches are as large as a record, so
   * that the client uses their memory again. Among them, a dead letter may be as large as any
   * record.
   *
   * @param recordBytes of the largest ones
   * @param openAtMost how long a transaction may be open
   */
  public Producer<byte[], byte[]> weightsProducer(
      String clientId, String transactionalId, int recordBytes, Duration openAtMost) {
    int batchBytes = Math.addExact(recordBytes, AROUND_A_RECORD);
    Map<String, Object> defaults = new HashMap<>(openAtMost(openAtMost));
    defaults.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    defaults.put(BATCH_SIZE, batchBytes);
    defaults.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Math.max(BUFFER_BYTES, LARGEST_REQUEST_BYTES + 4L * batchBytes));
    return make(transactionalConfig(clientId, transactionalId, defaults), KafkaProducer::new);
  }

  private static Map<String, Object> openAtMost(Duration atMost) {
    return Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(atMost.toMillis()));
  }

  private Map<String, Object> transactionalConfig(
      String clientId, String transactionalId, Map<String, Object> defaults) {
    Map<String, Object> config = producerConfig(clientId, defaults);
    // A commit waits for its records, so they need not wait for others; what the user set stands.
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    // A transaction that begins before the markers of the one before are written is refused, and
    // asked to come again: they take milliseconds, so it does not wait Kafka's own 100. It doubles.
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MS);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return config;
  }

  /** Reads the partitions that its owner assigns, from where the owner seeks; has no group. */
  public Consumer<byte[], byte[]> assignedConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return make(config, KafkaConsumer::new);
  }

  /**
   * As {@link #assignedConsumer}, for records that may be large and are held in memory: its owner
   * can pause only between two polls, so that a poll brings few.
   */
  public Consumer<byte[], byte[]> batchConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCHES_A_POLL);
    return make(config, KafkaConsumer::new);
  }

  /**
   * As {@link #assignedConsumer}, for an owner that jumps about in the log: a seek waits for the
   * fetch before it, which at the log's end waits for records that nobody wants. Values are views
   * of what was fetched, and only their reader's own checks tell whether they are as written.
   */
  public Consumer<byte[], ByteBuffer> seekingConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    config.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
    // What it jumps to is long: a model's chunks; what the user set stands.
    config.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, SEEKING_FETCH_BYTES);
    config.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, AS_THE_SYSTEM_WANTS);
    return make(config, KafkaConsumer::new);
  }

  /** Shares its topics with the group's other members; a new group begins at the beginning. */
  public Consumer<byte[], byte[]> groupConsumer(String clientId, String groupId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return make(config, KafkaConsumer::new);
  }

  /**
   * As {@link #groupConsumer}, for an owner that seeks in each partition that is assigned to it:
   * where there is no committed offset, or none that is in the log, it has to decide.
   */
  public Consumer<byte[], byte[]> positionedGroupConsumer(String clientId, String groupId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return make(config, KafkaConsumer::new);
  }

  /**
   * As {@link #groupConsumer}, and a partition stays where it is while its holder lives: members
   * that come take none away, and nobody stops reading for them.
   */
  public Consumer<byte[], byte[]> stickyConsumer(String clientId, String groupId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        List.of(CooperativeStickyAssignor.class.getName()));
    return make(config, KafkaConsumer::new);
  }

  public Admin admin(String clientId) {
    Map<String, Object> config = new HashMap<>();
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
    config.putAll(settings.common());
    config.putAll(settings.admin());
    identify(config, clientId);
    return make(config, Admin::create);
  }

  /**
   * @param defaults for this kind of producer; what the user set stands
   */
  private Map<String, Object> producerConfig(String clientId, Map<String, Object> defaults) {
    CompressionLibraries.load();
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST_BYTES);
    config.putAll(defaults);
    config.putAll(settings.common());
    config.putAll(settings.producer());
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    identify(config, clientId);
    return config;
  }

  private Map<String, Object> consumerConfig(String clientId) {
    CompressionLibraries.load();
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // A seek waits for the fetch before it; at the log's end that is this long instead of 500 ms.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    // A dead worker's partitions move after 10 s instead of Kafka's 45.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    // Members learn of a rebalance by their next heartbeat; until all know, partitions that are to
    // move are read by nobody.
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500);
    config.putAll(settings.common());
    config.putAll(settings.consumer());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    identify(config, clientId);
    return config;
  }

  private void identify(Map<String, Object> config, String clientId) {
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
  }

  private <C> C make(Map<String, Object> config, Function<Map<String, Object>, C> constructor) {
    try {
      return constructor.apply(config);
    } catch (KafkaException e) {
      // Clients wrap what their settings are about in a KafkaException of their own.
      Throwable cause = e.getCause() instanceof ConfigException inner ? inner : e;
      String reason = String.valueOf(cause.getMessage());
      if (reason.startsWith("No resolvable")) {
        throw new UnreachableBrokerException(
            "no Kafka broker can be found at " + settings.bootstrapServers() + ": " + reason, e);
      }
      if (cause instanceof ConfigException) {
        throw new InvalidSettingsException(List.of(reason));
      }
      throw security(e);
    }
  }

  /** A client reads its credentials and stores when it is made; nothing else fails then. */
  private RuntimeException security(KafkaException e) {
    SecurityProtocol protocol = settings.securityProtocol();
    String keys =
        switch (protocol) {
          case PLAINTEXT -> "";
          case SSL -> "kafka.ssl.truststore.* or kafka.ssl.keystore.*";
          case SASL_PLAINTEXT -> "kafka.sasl.jaas.config or kafka.sasl.mechanism";
          case SASL_SSL ->
              "kafka.sasl.jaas.config, kafka.sasl.mechanism, kafka.ssl.truststore.* or"
                  + " kafka.ssl.keystore.*";
        };
    if (keys.isEmpty()) {
      return e;
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new InvalidSettingsException(
        List.of(
            keys
                + " is missing or wrong for kafka.security.protocol="
                + protocol
                + ": "
                + root.getMessage()));
  }
}
