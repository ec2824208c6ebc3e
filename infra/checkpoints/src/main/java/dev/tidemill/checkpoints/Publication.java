package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * All that one transaction makes true.
 *
 * @param manifest without payload
 * @param state its tensors; must stay unchanged until it is published
 * @param deadLetters about the records that the manifest's ranges pass over; gone through once,
 *     each sent before the next is asked for, so that they need not be in memory together
 * @param group whose offsets ordinary Kafka tools show
 * @param consumed that group's offsets
 * @param pinned versions whose payload is kept whatever their age
 */
public record Publication(
    Checkpoint manifest,
    ModelState state,
    Iterable<ProducerRecord<byte[], byte[]>> deadLetters,
    ConsumerGroupMetadata group,
    Map<TopicPartition, OffsetAndMetadata> consumed,
    Set<Long> pinned) {

  public Publication {
    consumed = Map.copyOf(consumed);
    pinned = Set.copyOf(pinned);
  }
}
