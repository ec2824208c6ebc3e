package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The contents of one publishing transaction.
 *
 * @param manifest without payload
 * @param state the tensors; must stay unchanged until the version is published
 * @param deadLetters for the refused records in the manifest's ranges; iterated once, and each one
 *     is sent before the next is requested, so they need not fit in memory together
 * @param events that are committed with the version
 * @param span whose trace the manifest's headers name
 * @param group the group whose offsets ordinary Kafka tools show
 * @param consumed that group's offsets
 * @param pinned versions whose payload is kept at any age
 */
public record Publication(
    Checkpoint manifest,
    ModelState state,
    Iterable<ProducerRecord<byte[], byte[]>> deadLetters,
    List<ProducerRecord<byte[], byte[]>> events,
    RecordSpan span,
    ConsumerGroupMetadata group,
    Map<TopicPartition, OffsetAndMetadata> consumed,
    Set<Long> pinned) {

  public Publication {
    events = List.copyOf(events);
    consumed = Map.copyOf(consumed);
    pinned = Set.copyOf(pinned);
  }

  /** A publication without events and trace. */
  public Publication(
      Checkpoint manifest,
      ModelState state,
      Iterable<ProducerRecord<byte[], byte[]>> deadLetters,
      ConsumerGroupMetadata group,
      Map<TopicPartition, OffsetAndMetadata> consumed,
      Set<Long> pinned) {
    this(manifest, state, deadLetters, List.of(), RecordSpan.NONE, group, consumed, pinned);
  }
}
