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

/** How the data was prepared that a model learns from: the newest batches say so. */
public final class LearnedPreparation {
  /** How far back a batch is looked for at first: transactions' ends take offsets, too. */
  private static final long LOOK_BACK = 64;

  /** Aborted records and transactions' ends can be many. */
  private static final long FARTHER = 16;

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
   * As the newest batch says that readers of committed records see; empty if there is no batch.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if all there may be lies behind an open
   *     transaction
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
    for (long back = LOOK_BACK; newest.isEmpty() && !whole; back *= FARTHER) {
      whole = seek(back, begins, readable);
      log.readToEnd(consumer, readable, this::look);
    }
    if (newest.isEmpty()) {
      log.readToEnd(consumer, log.ends(partitions), this::look);
    }
    return newest;
  }

  /** Goes that far back before the ends; whether that is to the beginning of all partitions. */
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

  private void look(ConsumerRecord<byte[], byte[]> record) {
    newest = newer(newest, record, of);
  }

  private static Optional<TrainingBatch> newer(
      Optional<TrainingBatch> than, ConsumerRecord<byte[], byte[]> record, Destination of) {
    try {
      TrainingBatch batch = of.codec().decode(record, TrainingBatch.class);
      boolean older = than.isPresent() && than.get().getCreatedAt().isAfter(batch.getCreatedAt());
      return older ? than : Optional.of(batch);
    } catch (MalformedRecordException e) {
      return than; // The trainer refuses it, and says so.
    }
  }

  private static Preparation of(TrainingBatch batch) {
    String names = batch.getMetadata().get(SourceDescription.CLASS_NAMES);
    return new Preparation(
        batch.getStandardization(), names == null ? List.of() : JsonText.list(names));
  }
}
