package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
 * Reads the committed records of partitions up to their end, the high watermark at the time of the
 * call.
 *
 * <p>For a {@code read_committed} consumer, the end is the last stable offset. It stops before the
 * first open transaction, whatever was committed after it. This class gets the high watermark
 * instead, and waits until the transactions below it have ended. Any thread.
 */
public final class CommittedLog {
  private static final Logger LOG = LoggerFactory.getLogger(CommittedLog.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LogEnds logEnds;
  private final Duration timeout;

  /**
   * @param clientId the name of the admin client that reads end offsets
   * @param timeout how long a read may make no progress
   */
  public CommittedLog(KafkaClients clients, String clientId, Duration timeout) {
    this(new AdminLogEnds(clients, clientId), timeout);
  }

  CommittedLog(LogEnds logEnds, Duration timeout) {
    this.logEnds = logEnds;
    this.timeout = timeout;
  }

  /** Creates a reader with the timeout that {@code read.timeout.ms} sets. */
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
   * @throws TimeoutException if no broker answers within the timeout
   */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return logEnds.ends(partitions, timeout);
  }

  /**
   * Returns the open transaction with the lowest start offset in a partition, which is the one that
   * blocks it.
   *
   * @throws org.apache.kafka.common.errors.AuthorizationException if the principal may not read it
   */
  public Optional<OpenTransaction> firstOpen(TopicPartition partition) {
    return firstOpen(List.of(partition)).stream().findFirst();
  }

  /** Returns the open transaction that blocks it, for each partition that has one. */
  public List<OpenTransaction> firstOpen(Collection<TopicPartition> partitions) {
    return logEnds.firstOpen(partitions, timeout);
  }

  /**
   * Reads from an assigned consumer's position until every partition has reached its end. Passes on
   * every polled record, in partition order. The last poll may return records beyond the ends, so
   * reading can continue at the consumer's position.
   *
   * @param consumer a {@code read_committed} consumer, or one that reads uncommitted records and
   *     waits for no transaction; may be woken up
   * @param ends the result of {@link #ends}
   * @param each the record handler; receives a record again if it throws {@link
   *     SchemaUnavailableException}
   * @throws SchemaUnavailableException if the handler still throws it after the timeout; the
   *     consumer's positions are then before that record, and before all records not yet handled
   * @throws OpenTransactionException if an open transaction keeps a partition before its end for
   *     the timeout
   * @throws TimeoutException if a partition makes no progress for the timeout for another reason
   */
  public <V> void readToEnd(
      Consumer<byte[], V> consumer,
      Map<TopicPartition, Long> ends,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    readToEnd(consumer, ends, each, () -> false);
  }

  /**
   * As {@link #readToEnd(Consumer, Map, java.util.function.Consumer)}, for a reader that may have
   * enough before the end.
   *
   * @param enough asked before each poll
   */
  public <V> void readToEnd(
      Consumer<byte[], V> consumer,
      Map<TopicPartition, Long> ends,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each,
      BooleanSupplier enough) {
    Map<TopicPartition, Long> positions = unfinished(consumer, ends);
    long progressed = System.nanoTime();
    while (!positions.isEmpty() && !enough.getAsBoolean()) {
      deliverAll(consumer, consumer.poll(POLL), each);
      // Compare positions, not records: the last offsets may be transaction markers.
      Map<TopicPartition, Long> now = unfinished(consumer, ends);
      if (!now.equals(positions)) {
        positions = now;
        progressed = System.nanoTime();
      } else if (System.nanoTime() - progressed > timeout.toNanos()) {
        throw whyStalled(positions, ends);
      }
    }
  }

  /**
   * Passes on all polled records. If a schema is missing, seeks back to the first unhandled record.
   */
  private <V> void deliverAll(
      Consumer<byte[], V> consumer,
      ConsumerRecords<byte[], V> polled,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    Map<TopicPartition, OffsetAndMetadata> left = new HashMap<>();
    polled.partitions().forEach(p -> left.put(p, at(polled.records(p).get(0))));
    try {
      for (TopicPartition partition : polled.partitions()) {
        for (ConsumerRecord<byte[], V> record : polled.records(partition)) {
          left.put(partition, at(record));
          deliver(record, each);
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

  /** Passes on one record. Waits for a schema registry as it would for an open transaction. */
  private <V> void deliver(
      ConsumerRecord<byte[], V> record,
      java.util.function.Consumer<ConsumerRecord<byte[], V>> each) {
    long began = System.nanoTime();
    boolean warned = false;
    while (true) {
      try {
        each.accept(record);
        return;
      } catch (SchemaUnavailableException e) {
        if (!warned) {
          warned = true;
          LOG.warn("{}; retrying for {} ms", e.getMessage(), timeout.toMillis());
        }
        // No pause between attempts: the handler has already waited before it threw.
        if (System.nanoTime() - began > timeout.toNanos()
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  /** Returns the positions of the partitions that have not reached their end. */
  private Map<TopicPartition, Long> unfinished(
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
   * Returns the reason why reading makes no progress: an open transaction, or a timeout.
   *
   * @param positions of the partitions that have not reached their end
   * @param ends of the same partitions
   */
  public RuntimeException whyStalled(
      Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    try {
      List<OpenTransaction> open = logEnds.firstOpen(positions.keySet(), timeout);
      if (!open.isEmpty()) {
        return new OpenTransactionException(open.get(0), logEnds.bootstrapServers(), timeout);
      }
      return timedOut(positions, ends, "no transaction is open there any more; try again", null);
    } catch (KafkaException e) {
      return timedOut(positions, ends, "cannot tell whether a transaction is open there", e);
    }
  }

  private TimeoutException timedOut(
      Map<TopicPartition, Long> positions,
      Map<TopicPartition, Long> ends,
      String why,
      @Nullable Throwable cause) {
    TopicPartition partition = positions.keySet().iterator().next();
    return new TimeoutException(
        "reading %s has made no progress from offset %d (end %d) for %d ms (%s): %s"
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
