package dev.tidemill.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed records of topics for somebody who looks at them: from a place to the end, or
 * the last ones, and then those that follow. Reads without a consumer group, so that no worker
 * notices. One thread.
 */
public final class TopicLog implements AutoCloseable {
  /** How much further back each look for the last records goes than the one before. */
  private static final int GROWTH = 8;

  private static final Comparator<ConsumerRecord<byte[], byte[]>> BY_TIME =
      Comparator.comparingLong((ConsumerRecord<byte[], byte[]> record) -> record.timestamp())
          .thenComparing(ConsumerRecord::topic)
          .thenComparingInt(ConsumerRecord::partition)
          .thenComparingLong(ConsumerRecord::offset);

  private final Consumer<byte[], byte[]> consumer;
  private final CommittedLog log;
  private final List<TopicPartition> partitions;

  private TopicLog(
      Consumer<byte[], byte[]> consumer, CommittedLog log, List<TopicPartition> partitions) {
    this.consumer = consumer;
    this.log = log;
    this.partitions = partitions;
  }

  /**
   * Opens all partitions of topics that exist, at their beginning.
   *
   * @throws org.apache.kafka.common.KafkaException if the topics cannot be read
   */
  public static TopicLog open(KafkaClients clients, String clientId, Collection<String> topics) {
    return open(clients, clientId, topics, partition -> true);
  }

  /**
   * Opens one partition of a topic that exists, at its beginning.
   *
   * @throws IllegalArgumentException if the topic does not have the partition
   */
  public static TopicLog open(KafkaClients clients, String clientId, TopicPartition only) {
    return open(clients, clientId, List.of(only.topic()), only::equals);
  }

  private static TopicLog open(
      KafkaClients clients,
      String clientId,
      Collection<String> topics,
      Predicate<TopicPartition> wanted) {
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId);
    try {
      List<TopicPartition> all =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      List<TopicPartition> partitions = all.stream().filter(wanted).toList();
      if (partitions.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has %d partitions, numbered from 0"
                .formatted(String.join(", ", topics), all.size()));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return new TopicLog(consumer, CommittedLog.of(clients, clientId), partitions);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  public void seekToBeginning() {
    consumer.seekToBeginning(partitions);
  }

  /** Continues with what is committed from now on. */
  public void seekToEnd() {
    consumer.seekToEnd(partitions);
  }

  /** Continues at the same offset in each partition, or at the nearest one that exists. */
  public void seekToOffset(long offset) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, begin);
      consumer.seek(partition, Math.max(begin, Math.min(end, offset)));
    }
  }

  /** Continues with the first record of each partition that is not older than a time. */
  public void seekToTime(Instant time) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp first = found.get(partition);
      if (first == null) {
        consumer.seekToEnd(List.of(partition));
      } else {
        consumer.seek(partition, first.offset());
      }
    }
  }

  /**
   * Passes on the records from here to the end of each partition at the time of the call.
   *
   * @param enough asked before each poll whether to stop before the end
   * @throws OpenTransactionException if a transaction keeps a partition before its end for {@code
   *     read.timeout.ms}
   */
  public void readToEnd(
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each, BooleanSupplier enough) {
    log.readToEnd(consumer, log.ends(partitions), each, enough);
  }

  /** As {@link #readToEnd(java.util.function.Consumer, BooleanSupplier)}, always to the end. */
  public void readToEnd(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    readToEnd(each, () -> false);
  }

  /**
   * Returns the last records, by timestamp, and continues after the end. Reads backwards in steps,
   * so that the last records of a long topic come soon.
   *
   * @param count the most records
   * @param wanted which records count
   * @param enough asked before each poll whether to give up; the result is then incomplete
   * @throws OpenTransactionException as {@link #readToEnd}
   */
  public List<ConsumerRecord<byte[], byte[]>> last(
      int count, Predicate<ConsumerRecord<byte[], byte[]>> wanted, BooleanSupplier enough) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = log.ends(partitions);
    for (long window = count; ; window *= GROWTH) {
      Map<TopicPartition, Long> found = new HashMap<>();
      for (TopicPartition partition : partitions) {
        long begin = begins.getOrDefault(partition, 0L);
        long start = Math.max(begin, ends.getOrDefault(partition, begin) - window);
        consumer.seek(partition, start);
        // A partition that is read from its beginning has no more records.
        found.put(partition, start == begin ? Long.valueOf(count) : Long.valueOf(0));
      }
      PriorityQueue<ConsumerRecord<byte[], byte[]>> newest = new PriorityQueue<>(BY_TIME);
      log.readToEnd(
          consumer,
          ends,
          record -> {
            if (wanted.test(record)) {
              found.merge(new TopicPartition(record.topic(), record.partition()), 1L, Long::sum);
              newest.add(record);
              if (newest.size() > count) {
                newest.remove();
              }
            }
          },
          enough);
      if (enough.getAsBoolean() || found.values().stream().allMatch(seen -> seen >= count)) {
        List<ConsumerRecord<byte[], byte[]>> last = new ArrayList<>(newest);
        last.sort(BY_TIME);
        return last;
      }
    }
  }

  /** Returns the records that follow, at most after a wait. */
  public Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration wait) {
    return consumer.poll(wait);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
