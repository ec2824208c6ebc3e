package dev.tidemill.messaging;

import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the versions of a model's data contract, and makes the record of a new one. Any thread.
 *
 * <p>Who writes a version uses the transactional id {@link #transactionalId} and reads the topic
 * after {@code initTransactions}. So of two writers, the later one fences the earlier one, or sees
 * its version: a version is never written twice.
 */
public final class ContractLog {
  private static final Logger LOG = LoggerFactory.getLogger(ContractLog.class);

  private final KafkaClients clients;
  private final RecordCodec codec;
  private final TopicPartition partition;
  private final String clientId;

  private ContractLog(
      KafkaClients clients, RecordCodec codec, TopicPartition partition, String clientId) {
    this.clients = clients;
    this.codec = codec;
    this.partition = partition;
    this.clientId = clientId;
  }

  /** Creates a log for a model's topics. */
  public static ContractLog of(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new ContractLog(clients, codec, new TopicPartition(topics.contract(), 0), clientId);
  }

  /** Returns the transactional id of all writers of a model's contract. */
  public static String transactionalId(String model) {
    return "tidemill-" + model + "-contract";
  }

  /** The topic's name. */
  public String topic() {
    return partition.topic();
  }

  /**
   * Reads all committed versions, by ascending version. Skips a record whose key is no version with
   * a warning.
   *
   * @throws OpenTransactionException if another producer's transaction stays open on the topic
   * @throws org.apache.kafka.common.errors.TimeoutException if reading makes no progress
   */
  public List<DataContract> read() {
    CommittedLog log = CommittedLog.of(clients, clientId);
    return read(consumer -> log.ends(List.of(partition)));
  }

  /**
   * Returns the end of the topic, open transactions included. While it stays the same, {@link
   * #read} finds nothing that it did not find before.
   */
  public long end() {
    return CommittedLog.of(clients, clientId).ends(List.of(partition)).getOrDefault(partition, 0L);
  }

  /**
   * As {@link #read}, but does not wait for a transaction that is open, for example of a writer
   * that was killed. After {@code initTransactions} with {@link #transactionalId}, none is.
   */
  public List<DataContract> readCommitted() {
    return read(consumer -> consumer.endOffsets(List.of(partition)));
  }

  private List<DataContract> read(
      Function<Consumer<byte[], byte[]>, Map<TopicPartition, Long>> ends) {
    SortedMap<Integer, DataContract> versions = new TreeMap<>();
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      log.readToEnd(consumer, ends.apply(consumer), record -> add(record, versions));
    }
    return List.copyOf(versions.values());
  }

  private void add(
      ConsumerRecord<byte[], byte[]> record, SortedMap<Integer, DataContract> versions) {
    if (record.value() == null) {
      return; // Tidemill never tombstones a version; one that an operator removed is missing.
    }
    try {
      DataContract contract = codec.decode(record, DataContract.class);
      versions.put(contract.getVersion(), contract);
    } catch (MalformedRecordException e) {
      if (isVersion(record.key())) {
        throw e; // Another one with its number would give numbers another meaning.
      }
      LOG.warn("skipping a record that is no contract: {}", e.getMessage());
    }
  }

  private static boolean isVersion(byte[] key) {
    return key != null && new String(key, StandardCharsets.UTF_8).matches("[1-9][0-9]{0,8}");
  }

  /**
   * Returns the record of a version.
   *
   * @throws IllegalArgumentException if it would be too large to be read
   */
  public ProducerRecord<byte[], byte[]> record(DataContract contract) {
    byte[] key = Integer.toString(contract.getVersion()).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        codec.record(partition.topic(), partition.partition(), key, contract);
    requireReadable(record, contract);
    return record;
  }

  /** Decoding bounds the number of texts, which many categories or classes can exceed. */
  private void requireReadable(ProducerRecord<byte[], byte[]> record, DataContract contract) {
    try {
      DataContract unused =
          codec.decode(
              new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value()),
              DataContract.class);
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException(
          "data contract version "
              + contract.getVersion()
              + " has too many features, categories or classes to be read: "
              + e.getMessage(),
          e);
    }
  }
}
