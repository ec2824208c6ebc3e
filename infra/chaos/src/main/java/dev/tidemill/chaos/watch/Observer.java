package dev.tidemill.chaos.watch;

import dev.tidemill.chaos.schedule.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records of a model while faults happen, and notes when each was seen. Reads
 * past the proxies, so only faults of brokers delay it. Any thread.
 */
public final class Observer implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long NEW_PARTITIONS_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long RETRY_MILLIS = 200;

  private final String bootstrapServers;
  private final Map<String, Role> topics;
  private final Map<Role, List<Long>> seen = new EnumMap<>(Role.class);
  private final Thread thread = new Thread(this::run, "observer");
  private long startNanos = System.nanoTime();
  private long newestVersion;
  private volatile boolean closed;

  /**
   * @param topics whose records tell of the progress of a role, by their full names
   */
  public Observer(String bootstrapServers, Map<String, Role> topics) {
    this.bootstrapServers = bootstrapServers;
    this.topics = Map.copyOf(topics);
  }

  /** Begins to read. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Forgets when records were seen; times count from now. */
  public synchronized void beginSchedule() {
    startNanos = System.nanoTime();
    seen.clear();
  }

  /** Returns the time since {@link #beginSchedule}. */
  public synchronized long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  /** Returns the newest committed version; 0 if there is none. */
  public synchronized long newestVersion() {
    return newestVersion;
  }

  /** Returns how many records of a role were seen since {@link #beginSchedule}. */
  public synchronized int count(Role role) {
    return seen.getOrDefault(role, List.of()).size();
  }

  /** Returns what was seen since {@link #beginSchedule}. */
  public synchronized Progress progress() {
    Map<Role, List<Long>> copy = new EnumMap<>(Role.class);
    seen.forEach((role, times) -> copy.put(role, List.copyOf(times)));
    return new Progress(copy);
  }

  private void run() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", false);
    settings.put("metadata.max.age.ms", 2_000);
    settings.put("request.timeout.ms", 6_000);
    settings.put("default.api.timeout.ms", 7_000);
    settings.put("fetch.max.wait.ms", 100);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      read(consumer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
    long assignedNanos = System.nanoTime() - NEW_PARTITIONS_NANOS;
    while (!closed) {
      try {
        if (System.nanoTime() - assignedNanos >= NEW_PARTITIONS_NANOS) {
          assign(consumer);
          assignedNanos = System.nanoTime();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          note(record);
        }
      } catch (KafkaException e) {
        // The brokers are away; that is what this program is for.
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  /** Also reads partitions that were added, from their beginning. */
  private void assign(KafkaConsumer<byte[], byte[]> consumer) {
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    for (String topic : topics.keySet()) {
      for (PartitionInfo partition : consumer.partitionsFor(topic)) {
        all.add(new TopicPartition(topic, partition.partition()));
      }
    }
    if (!consumer.assignment().equals(all)) {
      consumer.assign(new ArrayList<>(all));
    }
  }

  private synchronized void note(ConsumerRecord<byte[], byte[]> record) {
    Role role = topics.get(record.topic());
    if (role == null || (role == Role.TRAINER && !isNewVersion(record.key()))) {
      return;
    }
    seen.computeIfAbsent(role, first -> new ArrayList<>()).add(nowMillis());
  }

  /** Retention writes older manifests again. */
  private boolean isNewVersion(byte[] key) {
    long version = Long.parseLong(new String(key, StandardCharsets.UTF_8));
    boolean isNew = version > newestVersion;
    newestVersion = Math.max(newestVersion, version);
    return isNew;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
