package dev.tidemill.producer.requests;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.JsonText;
import dev.tidemill.producer.source.Preparation;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.schemas.TrainingBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the preprocessing of a model's training data from its newest batch. */
public final class LearnedPreparation {
  /** Offsets before the end to search first; more than one, because markers take offsets too. */
  private static final long LOOK_BACK = 64;

  /** Factor of each further search, because there may be many aborted records and markers. */
  private static final long LOOK_BACK_FACTOR = 16;

  private final Destination of;
  private final CommittedLog log;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private Optional<TrainingBatch> newest = Optional.empty();

  private LearnedPreparation(Destination of, CommittedLog log, Consumer<byte[], byte[]> consumer) {
    this.of = of;
    this.log = log;
    this.consumer = consumer;
    this.partitions =
        consumer.partitionsFor(of.topics().batches()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
  }

  /**
   * Reads the preprocessing from the newest committed batch; empty if there is no batch.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if an open transaction hides all
   *     records
   */
  public static Optional<Preparation> newest(Destination of) {
    String clientId = "preparation-" + of.model();
    CommittedLog log = CommittedLog.of(of.clients(), clientId);
    try (Consumer<byte[], byte[]> consumer = of.clients().assignedConsumer(clientId)) {
      return new LearnedPreparation(of, log, consumer).find().map(LearnedPreparation::of);
    }
  }

  private Optional<TrainingBatch> find() {
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> readable = consumer.endOffsets(partitions);
    boolean whole = false;
    for (long back = LOOK_BACK; newest.isEmpty() && !whole; back *= LOOK_BACK_FACTOR) {
      whole = seek(back, begins, readable);
      log.readToEnd(consumer, readable, this::keepNewest);
    }
    if (newest.isEmpty()) {
      log.readToEnd(consumer, log.ends(partitions), this::keepNewest);
    }
    return newest;
  }

  /** Seeks back from the ends; returns whether it reached the beginning of every partition. */
  private boolean seek(
      long back, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
    boolean whole = true;
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long from = ends.getOrDefault(partition, 0L) - back;
      consumer.seek(partition, Math.max(begin, from));
      whole &= from <= begin;
    }
    return whole;
  }

  private void keepNewest(ConsumerRecord<byte[], byte[]> record) {
    newest = newer(newest, record, of);
  }

  private static Optional<TrainingBatch> newer(
      Optional<TrainingBatch> than, ConsumerRecord<byte[], byte[]> record, Destination of) {
    try {
      TrainingBatch batch = of.codec().decode(record, TrainingBatch.class);
      boolean older = than.isPresent() && than.get().getCreatedAt().isAfter(batch.getCreatedAt());
      return older ? than : Optional.of(batch);
    } catch (MalformedRecordException e) {
      return than; // The trainer refuses and reports it.
    }
  }

  private static Preparation of(TrainingBatch batch) {
    String names = batch.getMetadata().get(SourceDescription.CLASS_NAMES);
    return new Preparation(
        batch.getStandardization(), names == null ? List.of() : JsonText.list(names));
  }
}
