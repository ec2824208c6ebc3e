package dev.tidemill.producer;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the committed records of one source from the topic `batches`. One thread. */
final class SourceRecords {
  private final Destination to;
  private final String clientId;
  private final byte[] key;

  SourceRecords(Destination to, String clientId, String sourceKey) {
    this.to = to;
    this.clientId = clientId + "-records";
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns the position after the source's last record.
   *
   * @param writtenBefore looks at records that were written before this time; null for all
   * @return empty if there is none
   */
  Optional<SourcePosition> lastPosition(@Nullable Instant writtenBefore) {
    AtomicReference<@Nullable SourcePosition> last = new AtomicReference<>();
    read(
        writtenBefore,
        true,
        batch -> {
          SourcePosition before = last.get();
          // A run that is not resumed also writes records, which say nothing of a position.
          if (batch.getNextSample() > (before == null ? 0 : before.samples())) {
            last.set(
                new SourcePosition(
                    batch.getSequence() + 1, batch.getNextSample(), batch.getDigest()));
          }
        });
    return Optional.ofNullable(last.get());
  }

  /**
   * Passes on the records of the source, in the order in which they were written, up to the first
   * open transaction.
   */
  void forEach(java.util.function.Consumer<TrainingBatch> each) {
    read(null, false, each);
  }

  private void read(
      @Nullable Instant writtenBefore,
      boolean waits,
      java.util.function.Consumer<TrainingBatch> each) {
    try (Consumer<byte[], byte[]> consumer = to.clients().assignedConsumer(clientId);
        Consumer<byte[], byte[]> uncommitted = to.clients().uncommittedConsumer(clientId)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(to.topics().batches()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      CommittedLog log = CommittedLog.of(to.clients(), clientId);
      Map<TopicPartition, Long> ends = new HashMap<>(uncommitted.endOffsets(partitions));
      if (writtenBefore != null) {
        endBefore(writtenBefore, uncommitted, ends);
      }
      Map<TopicPartition, Long> stable = consumer.endOffsets(partitions);
      Set<TopicPartition> awaited =
          waits ? withRecordsBehind(stable, ends, uncommitted, log) : Set.of();
      ends.replaceAll(
          (partition, end) ->
              awaited.contains(partition)
                  ? end
                  : Math.min(end, stable.getOrDefault(partition, end)));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      log.readToEnd(consumer, ends, record -> add(record, each));
    }
  }

  /**
   * Returns the partitions in which records of the source are behind an open transaction. Reading
   * them has to wait for its end. Without such records it must not wait, because the transaction
   * may be another source's, and last as long as that source.
   */
  private Set<TopicPartition> withRecordsBehind(
      Map<TopicPartition, Long> stable,
      Map<TopicPartition, Long> ends,
      Consumer<byte[], byte[]> uncommitted,
      CommittedLog log) {
    Map<TopicPartition, Long> hidden = new HashMap<>(ends);
    hidden.entrySet().removeIf(end -> end.getValue() <= stable.getOrDefault(end.getKey(), 0L));
    uncommitted.assign(hidden.keySet());
    hidden.keySet().forEach(p -> uncommitted.seek(p, stable.getOrDefault(p, 0L)));
    Set<TopicPartition> found = new HashSet<>();
    log.readToEnd(
        uncommitted,
        hidden,
        record -> {
          if (Arrays.equals(record.key(), key)) {
            found.add(new TopicPartition(record.topic(), record.partition()));
          }
        });
    return found;
  }

  private static void endBefore(
      Instant time, Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> times = new HashMap<>();
    ends.keySet().forEach(partition -> times.put(partition, time.toEpochMilli()));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, later) -> {
              if (later != null) {
                ends.put(partition, later.offset());
              }
            });
  }

  private void add(
      ConsumerRecord<byte[], byte[]> record, java.util.function.Consumer<TrainingBatch> each) {
    if (Arrays.equals(record.key(), key)) {
      each.accept(to.codec().decode(record, TrainingBatch.class));
    }
  }
}
