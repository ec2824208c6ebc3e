package dev.tidemill.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
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
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    forEachCommitted(bootstrapServers, List.of(topic), records::add);
    return sorted(records);
  }

  /** Returns all records of a topic, including those of aborted and open transactions. */
  public static List<ConsumerRecord<byte[], byte[]>> uncommitted(
      String bootstrapServers, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    forEachUncommitted(bootstrapServers, List.of(topic), records::add);
    return sorted(records);
  }

  /**
   * Passes on what {@link #committed} returns, of several topics and without holding it. The
   * records of a partition come in their order.
   */
  public static void forEachCommitted(
      String bootstrapServers,
      Collection<String> topics,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    awaitCommits(bootstrapServers);
    read(bootstrapServers, topics, "read_committed", each);
  }

  /** Like {@link #forEachCommitted}, for all records that {@link #uncommitted} returns. */
  public static void forEachUncommitted(
      String bootstrapServers,
      Collection<String> topics,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    read(bootstrapServers, topics, "read_uncommitted", each);
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

  private static void read(
      String bootstrapServers,
      Collection<String> topics,
      String isolation,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
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
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found.isEmpty()) {
          throw new AssertionError("topic " + topic + " does not exist at " + bootstrapServers);
        }
        found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      readTo(consumer, consumer.endOffsets(partitions), each);
    }
  }

  private static void readTo(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(ends + " not reached in " + LIMIT.toSeconds() + " s");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          each.accept(record);
        }
      }
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> sorted(
      List<ConsumerRecord<byte[], byte[]>> records) {
    records.sort(
        Comparator.comparingInt((ConsumerRecord<byte[], byte[]> record) -> record.partition())
            .thenComparingLong(ConsumerRecord::offset));
    return List.copyOf(records);
  }
}
