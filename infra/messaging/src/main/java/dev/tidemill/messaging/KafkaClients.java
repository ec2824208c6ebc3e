package dev.tidemill.messaging;

import dev.tidemill.messaging.tracing.Tracing;
import dev.tidemill.messaging.tracing.TracingInterceptor;
import dev.tidemill.natives.CompressionLibraries;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.WorkerMetrics;
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
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Creates every Kafka client, so that all guarantees are visible in one class. Tidemill's defaults
 * come first, then the user's settings, then the settings that carry a guarantee.
 *
 * <p>Every method that creates a client throws {@link UnreachableBrokerException} if no bootstrap
 * address can be resolved, and {@link InvalidSettingsException} if the client rejects its settings.
 */
public final class KafkaClients {
  /** The largest dead letter (17 MiB), and 1 MiB to spare. */
  static final int LARGEST_REQUEST_BYTES = TopicPolicy.LARGEST_RECORD_BYTES + 2 * 1024 * 1024;

  /**
   * Sends predictions uncompressed. A few hundred bytes are sent faster than they are compressed,
   * and the broker validates them faster, too.
   */
  private static final Map<String, Object> ANSWERS =
      Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");

  /**
   * Kafka's {@code max.block.ms} for predictions. Short, so that an inference worker soon notices
   * that predictions are not written, and keeps polling. Long enough for a leader election.
   */
  private static final int ANSWERS_MAX_BLOCK_MS = 20_000;

  private static final String BATCH_SIZE = ProducerConfig.BATCH_SIZE_CONFIG;

  /**
   * A produce request holds one batch per partition, so a small batch size would mean one produce
   * request per record.
   */
  private static final int BULK_BATCH_BYTES = 512 * 1024;

  /**
   * The fetch size that fits the young generation of a heap of about 48 MiB. Larger fetches go to
   * the old generation. Collecting that costs more time than the saved round trips.
   */
  private static final int SEEKING_FETCH_BYTES = 2 << 20;

  /**
   * Lets the operating system size the socket buffer; Kafka's default of 64 KiB slows down each
   * fetch.
   */
  private static final int OS_BUFFER_SIZE = -1;

  private static final int WATCHING_FETCH_BYTES = 1 << 20;

  private static final int WATCHING_WAIT_MS = 250;

  private static final long TRANSACTION_RETRY_MS = 4;

  private static final int MAX_POLL_BATCHES = 8;

  /** Key, headers and framing of a record, and its batch's header. */
  private static final int RECORD_OVERHEAD_BYTES = 1024;

  /** Kafka's default. Small records never use all of it. */
  private static final long BUFFER_BYTES = 32 << 20;

  private final KafkaSettings settings;
  private final Tracing tracing;
  private final ClientMetrics metrics = new ClientMetrics();

  /** Creates clients without a tracer. */
  public KafkaClients(KafkaSettings settings) {
    this(settings, Tracing.OFF);
  }

  /** Creates clients whose users trace their records. */
  public KafkaClients(KafkaSettings settings, Tracing tracing) {
    this.settings = settings;
    this.tracing = tracing;
  }

  /** Returns the tracer for the records that these clients read. */
  public Tracing tracing() {
    return tracing;
  }

  public String bootstrapServers() {
    return settings.bootstrapServers();
  }

  /** Exports what the clients measure, as metrics of a worker of this process. */
  public void exportTo(WorkerMetrics worker) {
    metrics.exportTo(worker);
  }

  /** Returns the settings that all clients share. */
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

  /** Creates an idempotent producer whose records all in-sync replicas acknowledge. */
  public Producer<byte[], byte[]> producer(String clientId) {
    return make(producerConfig(clientId, Map.of()), KafkaProducer::new);
  }

  /**
   * Creates a transactional producer; a newer one with the same transactional id fences an older
   * one.
   */
  public Producer<byte[], byte[]> transactionalProducer(String clientId, String transactionalId) {
    return make(transactionalConfig(clientId, transactionalId, Map.of()), KafkaProducer::new);
  }

  /** Creates a {@link #producer} for predictions: small records for which a caller waits. */
  public Producer<byte[], byte[]> answeringProducer(String clientId) {
    Map<String, Object> config = producerConfig(clientId, ANSWERS);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWERS_MAX_BLOCK_MS);
    return make(config, KafkaProducer::new);
  }

  /**
   * Creates a {@link #transactionalProducer} for predictions: small records for which a caller
   * waits. If it dies and nobody fences its transactional id, the brokers abort its open
   * transaction after {@code transactionTimeout}.
   *
   * @param transactionTimeout how long a transaction may be open; until it ends, nobody sees what
   *     was committed after it began
   */
  public Producer<byte[], byte[]> answeringProducer(
      String clientId, String transactionalId, Duration transactionTimeout) {
    Map<String, Object> config = producerConfig(clientId, ANSWERS);
    // Records gather while the previous transaction commits; this transaction's commit sends the
    // rest.
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 2);
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MS);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWERS_MAX_BLOCK_MS);
    config.putIfAbsent(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(transactionTimeout.toMillis()));
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return make(config, KafkaProducer::new);
  }

  /** Creates a {@link #producer} for requests and labels. Their records are traced. */
  public Producer<byte[], byte[]> askingProducer(String clientId) {
    return make(traced(producerConfig(clientId, Map.of())), KafkaProducer::new);
  }

  /**
   * Creates a {@link #producer} for a high volume of records of many kilobytes each. They are
   * traced.
   */
  public Producer<byte[], byte[]> bulkProducer(String clientId) {
    return make(
        traced(producerConfig(clientId, Map.of(BATCH_SIZE, BULK_BATCH_BYTES))), KafkaProducer::new);
  }

  private Map<String, Object> traced(Map<String, Object> config) {
    TracingInterceptor.addTo(config, tracing);
    return config;
  }

  /**
   * Creates a transactional {@link #bulkProducer(String)}.
   *
   * @param transactionTimeout how long a transaction may be open, a killed producer's included
   */
  public Producer<byte[], byte[]> bulkProducer(
      String clientId, String transactionalId, Duration transactionTimeout) {
    Map<String, Object> defaults = new HashMap<>(transactionTimeout(transactionTimeout));
    defaults.put(BATCH_SIZE, BULK_BATCH_BYTES);
    return make(
        traced(transactionalConfig(clientId, transactionalId, defaults)), KafkaProducer::new);
  }

  /**
   * Creates a {@link #transactionalProducer} for a model's weights: a few large records of equal
   * size. It does not compress them. Trained floats would shrink by less than a tenth, and
   * compression would use the core that the training thread leaves free. A batch is as large as a
   * record, so the client reuses its memory. A dead letter among them may be as large as any
   * record.
   *
   * @param recordBytes the size of the largest of these records
   * @param transactionTimeout how long a transaction may be open
   */
  public Producer<byte[], byte[]> weightsProducer(
      String clientId, String transactionalId, int recordBytes, Duration transactionTimeout) {
    int batchBytes = Math.addExact(recordBytes, RECORD_OVERHEAD_BYTES);
    Map<String, Object> defaults = new HashMap<>(transactionTimeout(transactionTimeout));
    defaults.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    defaults.put(BATCH_SIZE, batchBytes);
    defaults.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Math.max(BUFFER_BYTES, LARGEST_REQUEST_BYTES + 4L * batchBytes));
    return make(transactionalConfig(clientId, transactionalId, defaults), KafkaProducer::new);
  }

  private static Map<String, Object> transactionTimeout(Duration atMost) {
    return Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(atMost.toMillis()));
  }

  private Map<String, Object> transactionalConfig(
      String clientId, String transactionalId, Map<String, Object> defaults) {
    Map<String, Object> config = producerConfig(clientId, defaults);
    // A commit waits for its records, so they need not linger. putIfAbsent keeps the user's
    // setting.
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    // The brokers reject a transaction that begins before the previous one's markers are written,
    // and the client retries. Markers take milliseconds, so the first retry comes sooner than
    // Kafka's default of 100 ms; the backoff doubles.
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MS);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return config;
  }

  /** Creates a consumer without a group; its owner assigns partitions and seeks. */
  public Consumer<byte[], byte[]> assignedConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates an {@link #assignedConsumer} for an owner that shows what it reads to people. It waits
   * up to a quarter of a second for many records. So a busy topic costs four fetches a second
   * instead of hundreds.
   */
  public Consumer<byte[], byte[]> watchingConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, WATCHING_FETCH_BYTES);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, WATCHING_WAIT_MS);
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates an {@link #assignedConsumer} that also sees records of open and aborted transactions.
   */
  public Consumer<byte[], byte[]> uncommittedConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates an {@link #assignedConsumer} for large records that stay in memory. Its owner can pause
   * only between two polls, so each poll returns few records.
   */
  public Consumer<byte[], byte[]> batchConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_BATCHES);
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates an {@link #assignedConsumer} for an owner that seeks often. A seek waits for the
   * previous fetch, which at the log's end waits for records that nobody needs. Values are views of
   * the fetched bytes. The consumer skips CRC checks, so its owner must verify what it reads.
   */
  public Consumer<byte[], ByteBuffer> seekingConsumer(String clientId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    config.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
    // Each seek reads many bytes, a model's chunks. putIfAbsent keeps the user's setting.
    config.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, SEEKING_FETCH_BYTES);
    config.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, OS_BUFFER_SIZE);
    return make(config, KafkaConsumer::new);
  }

  /** Creates a group member; a new group starts at the beginning of its topics. */
  public Consumer<byte[], byte[]> groupConsumer(String clientId, String groupId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates a {@link #groupConsumer} for an owner that seeks in each assigned partition. The owner
   * also decides where to start if no committed offset exists or the log no longer holds it.
   */
  public Consumer<byte[], byte[]> positionedGroupConsumer(String clientId, String groupId) {
    Map<String, Object> config = consumerConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return make(config, KafkaConsumer::new);
  }

  /**
   * Creates a {@link #groupConsumer} with cooperative sticky assignment. A partition stays with its
   * owner while that member lives: new members take none away, and nobody stops reading for them.
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
   * @param defaults for this kind of producer; the user's settings override them
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
    // A seek waits for the previous fetch; at the log's end that takes 100 ms instead of 500 ms.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    // A dead worker's partitions move after 10 s instead of Kafka's 45.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    // Members learn of a rebalance at their next heartbeat. Until all know, nobody reads the
    // partitions that are about to move.
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
    String reporters =
        String.valueOf(
            config.getOrDefault(
                CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, JmxReporter.class.getName()));
    String own = ClientMetrics.Reporter.class.getName();
    // An empty list, which a user may set, must not become a name without letters.
    config.put(
        CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
        reporters.isBlank() ? own : reporters + "," + own);
    config.put(ClientMetrics.Reporter.TARGET, metrics);
  }

  private <C> C make(Map<String, Object> config, Function<Map<String, Object>, C> constructor) {
    try {
      return constructor.apply(config);
    } catch (KafkaException e) {
      // Clients wrap a ConfigException in a KafkaException.
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

  /**
   * Explains why a client could not be created. Only its credentials and key stores are read at
   * that time, so one of them is missing or wrong.
   */
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
