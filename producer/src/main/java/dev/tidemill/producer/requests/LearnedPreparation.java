package dev.tidemill.producer.requests;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.JsonText;
import dev.tidemill.producer.source.Preparation;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.schemas.TrainingBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** How the data was prepared that a model learns from: the newest batches say so. */
public final class LearnedPreparation {
  /** How far back a batch is looked for: transactions' ends take offsets, too. */
  private static final long LOOK_BACK = 64;

  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MOST_POLLS = 50;

  private LearnedPreparation() {}

  /** As the newest batch says; empty where there is none. */
  public static Optional<Preparation> newest(Destination of) {
    String topic = of.topics().batches();
    try (Consumer<byte[], byte[]> consumer =
        of.clients().assignedConsumer("preparation-" + of.model())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      ends.forEach(
          (partition, end) ->
              consumer.seek(
                  partition, Math.max(begins.getOrDefault(partition, 0L), end - LOOK_BACK)));
      return readTo(ends, consumer, of);
    }
  }

  private static Optional<Preparation> readTo(
      Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer, Destination of) {
    Optional<TrainingBatch> newest = Optional.empty();
    for (int poll = 0;
        poll < MOST_POLLS
            && ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
        poll++) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        newest = newer(newest, record, of);
      }
    }
    return newest.map(LearnedPreparation::of);
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
        batch.getStandardisation(), names == null ? List.of() : JsonText.list(names));
  }
}
