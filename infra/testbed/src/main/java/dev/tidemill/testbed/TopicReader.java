package dev.tidemill.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the current records of a topic, without a consumer group. */
public final class TopicReader {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Set<TransactionState> ENDING =
      Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

  private TopicReader() {}

  /**
   * Returns all committed records of a topic, from its beginning to its current end, by partition
   * and offset. The first open transaction ends the read. Records committed before the call are
   * included.
   *
   * @throws AssertionError if the topic does not exist or cannot be read to its end within a minute
   */
  public static List<ConsumerRecord<byte[], byte[]>> committed(
      String bootstrapServers, String topic) {
    awaitCommits(bootstrapServers);
    return read(bootstrapServers, topic, "read_committed");
  }

  /** Returns all records of a topic, including those of aborted and open transactions. */
  public static List<ConsumerRecord<byte[], byte[]>> uncommitted(
      String bootstrapServers, String topic) {
    return read(bootstrapServers, topic, "read_uncommitted");
  }

  /**
   * Waits until all committed records are readable. A commit is acknowledged before its markers are
   * on the topics, and only the markers make its records visible.
   */
  public static void awaitCommits(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Set<String> left = ending(admin);
      Eventually.await().until(() -> left.isEmpty() || haveEnded(left, ending(admin)));
    }
  }

  private static boolean haveEnded(Set<String> left, Set<String> ending) {
    left.retainAll(ending);
    return left.isEmpty();
  }

  private static Set<String> ending(Admin admin) {
    ListTransactionsOptions options = new ListTransactionsOptions().filterStates(ENDING);
    try {
      return admin.listTransactions(options).all().get().stream()
          .map(TransactionListing::transactionalId)
          .collect(Collectors.toCollection(HashSet::new));
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot list transactions", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listing transactions", e);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      String bootstrapServers, String topic, String isolation) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            isolation,
            "auto.offset.reset",
            "none",
            "allow.auto.create.topics",
            false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new AssertionError("topic " + topic + " does not exist at " + bootstrapServers);
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return readTo(consumer, consumer.endOffsets(partitions));
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> readTo(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(ends + " not reached in " + LIMIT.toSeconds() + " s");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          records.add(record);
        }
      }
    }
    records.sort(
        Comparator.comparingInt((ConsumerRecord<byte[], byte[]> record) -> record.partition())
            .thenComparingLong(ConsumerRecord::offset));
    return List.copyOf(records);
  }
}
