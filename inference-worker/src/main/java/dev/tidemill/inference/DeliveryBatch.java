package dev.tidemill.inference;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Requests that were answered together.
 *
 * @param told what came of each
 * @param records the answers and dead letters that tell it
 * @param offsets where each partition is read on, once they are told
 */
record DeliveryBatch(
    List<AnswerReceipt> told,
    List<ProducerRecord<byte[], byte[]>> records,
    Map<TopicPartition, OffsetAndMetadata> offsets) {

  /** Of the records' values. */
  long bytes() {
    return records.stream().mapToLong(record -> record.value().length).sum();
  }
}
