package dev.tidemill.inference;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Answers that are delivered together.
 *
 * @param receipts one for each answered request
 * @param records the answers and dead letters
 * @param offsets the next offset to read in each partition, once this batch is committed
 */
record DeliveryBatch(
    List<AnswerReceipt> receipts,
    List<ProducerRecord<byte[], byte[]>> records,
    Map<TopicPartition, OffsetAndMetadata> offsets) {

  /** Returns the total size of the records' values. */
  long bytes() {
    return records.stream().mapToLong(record -> record.value().length).sum();
  }
}
