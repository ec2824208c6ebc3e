package dev.tidemill.producer;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Passes on all records of the source, in the order in which they were written. */
  void forEach(java.util.function.Consumer<TrainingBatch> each) {
    read(null, each);
  }

  private void read(
      @Nullable Instant writtenBefore, java.util.function.Consumer<TrainingBatch> each) {
    try (Consumer<byte[], byte[]> consumer = to.clients().assignedConsumer(clientId)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(to.topics().batches()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      // To the last stable offset: a first run must not wait for another source's transaction.
      CommittedLog log = CommittedLog.of(to.clients(), clientId);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      if (writtenBefore != null) {
        endBefore(writtenBefore, consumer, ends);
      }
      log.readToEnd(consumer, ends, record -> add(record, each));
    }
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
