package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions to their end: the high watermark at the time of the call, committed records
 * only.
 *
 * <p>A consumer that reads committed records takes the last stable offset for the end, and so stops
 * before the first open transaction, whatever was committed behind it. This class asks for the high
 * watermark and waits until the transactions below it have ended. Any thread.
 */
public final class CommittedLog {
  private static final Logger LOG = LoggerFactory.getLogger(CommittedLog.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LogEnds logEnds;
  private final Duration timeout;

  /**
   * @param clientId the name of the admin client that asks for ends
   * @param timeout how long a read may make no progress
   */
  public CommittedLog(KafkaClients clients, String clientId, Duration timeout) {
    this(new AdminLogEnds(clients, clientId), timeout);
  }

  CommittedLog(LogEnds logEnds, Duration timeout) {
    this.logEnds = logEnds;
    this.timeout = timeout;
  }

  /** With the time-out that {@code read.timeout.ms} sets. */
  public static CommittedLog of(KafkaClients clients, String clientId) {
    return new CommittedLog(clients, clientId, clients.readTimeout());
  }

  /** How long a read may make no progress. */
  public Duration timeout() {
    return timeout;
  }

  /**
   * Returns the high watermark of each partition.
   *
   * @throws TimeoutException if no broker answers within the time-out
   */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return logEnds.ends(partitions, timeout);
  }

  /**
   * Returns the open transaction that begins first in a partition, which is the one that blocks it.
   *
   * @throws org.apache.kafka.common.errors.AuthorizationException without the right to read it
   */
  public Optional<OpenTransaction> firstOpen(TopicPartition partition) {
    return logEnds.firstOpen(partition, timeout);
  }

  /**
   * Reads an assigned consumer on from where it stands until no partition is before its end. Hands
   * over every record that is polled, in the order of its partition; the last poll may bring
   * records behind the ends, so that reading can go on at the consumer's position.
   *
   * @param consumer one that reads committed records; may be woken up
   * @param ends as {@link #ends} gave them
   * @param each is given a record again if it throws {@link SchemaUnavailableException}
   * @throws SchemaUnavailableException if it still does so after the time-out; the consumer's
   *     positions are before that record, and before all that were not handed over
   * @throws OpenTransactionException if an open transaction keeps a partition before its end for
   *     the time-out
   * @throws TimeoutException if a partition makes no progress for the time-out for another reason
   */
  public <V> void readToEnd(
      Consumer<byte[], V> consumer,
      Map<TopicPartition, Long> ends,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    Map<TopicPartition, Long> positions = before(consumer, ends);
    long progressed = System.nanoTime();
    while (!positions.isEmpty()) {
      takeAll(consumer, consumer.poll(POLL), each);
      // Positions, not records: the last offsets may be transaction markers.
      Map<TopicPartition, Long> now = before(consumer, ends);
      if (!now.equals(positions)) {
        positions = now;
        progressed = System.nanoTime();
      } else if (System.nanoTime() - progressed > timeout.toNanos()) {
        throw whyStalled(positions, ends);
      }
    }
  }

  /** If a schema is missing, the consumer is moved back to the first record not handed over. */
  private <V> void takeAll(
      Consumer<byte[], V> consumer,
      ConsumerRecords<byte[], V> polled,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    Map<TopicPartition, OffsetAndMetadata> left = new HashMap<>();
    polled.partitions().forEach(p -> left.put(p, at(polled.records(p).get(0))));
    try {
      for (TopicPartition partition : polled.partitions()) {
        for (ConsumerRecord<byte[], V> record : polled.records(partition)) {
          left.put(partition, at(record));
          take(record, each);
        }
        left.remove(partition);
      }
    } catch (SchemaUnavailableException e) {
      left.forEach(consumer::seek);
      throw e;
    }
  }

  private static OffsetAndMetadata at(ConsumerRecord<?, ?> record) {
    return new OffsetAndMetadata(record.offset(), record.leaderEpoch(), "");
  }

  /** A schema registry's outage is waited for like an open transaction. */
  private <V> void take(
      ConsumerRecord<byte[], V> record,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    long began = System.nanoTime();
    boolean told = false;
    while (true) {
      try {
        each.accept(record);
        return;
      } catch (SchemaUnavailableException e) {
        if (!told) {
          told = true;
          LOG.warn("{}; tries again for {} ms", e.getMessage(), timeout.toMillis());
        }
        // It has waited before it was thrown.
        if (System.nanoTime() - began > timeout.toNanos()
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  /** Positions of the partitions that are not at their end yet. */
  private Map<TopicPartition, Long> before(
      Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          long position = consumer.position(partition, timeout);
          if (position < end) {
            positions.put(partition, position);
          }
        });
    return positions;
  }

  /**
   * Finds out why reading makes no progress: an open transaction, or something else.
   *
   * @param positions of the partitions that are not at their end
   * @param ends of the same partitions
   */
  public RuntimeException whyStalled(
      Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    try {
      for (TopicPartition partition : positions.keySet()) {
        Optional<OpenTransaction> open = logEnds.firstOpen(partition, timeout);
        if (open.isPresent()) {
          return new OpenTransactionException(open.get(), logEnds.bootstrapServers(), timeout);
        }
      }
      return halted(positions, ends, "no transaction is open there any more; try again", null);
    } catch (KafkaException e) {
      return halted(positions, ends, "whether a transaction is open there could not be learned", e);
    }
  }

  private TimeoutException halted(
      Map<TopicPartition, Long> positions,
      Map<TopicPartition, Long> ends,
      String why,
      @Nullable Throwable cause) {
    TopicPartition partition = positions.keySet().iterator().next();
    return new TimeoutException(
        "%s could not be read beyond offset %d of %d for %d ms (%s): %s"
            .formatted(
                partition,
                positions.get(partition),
                ends.get(partition),
                timeout.toMillis(),
                KafkaSettings.READ_TIMEOUT,
                why),
        cause);
  }
}
