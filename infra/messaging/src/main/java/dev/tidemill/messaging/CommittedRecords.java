package dev.tidemill.messaging;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads all committed records that a topic holds now, once, from its beginning to its end. */
public final class CommittedRecords {
  private CommittedRecords() {}

  /**
   * Reads a whole topic.
   *
   * @param each receives every record's value, in partition order
   * @throws MalformedRecordException if a value cannot be decoded
   * @throws OpenTransactionException if another producer's transaction stays open there
   * @throws TimeoutException if reading makes no progress within {@code read.timeout.ms}
   */
  public static <T extends SpecificRecord> void read(
      KafkaClients clients,
      RecordCodec codec,
      String topic,
      Class<T> type,
      java.util.function.Consumer<T> each) {
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer("tidemill-reader")) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      CommittedLog log = CommittedLog.of(clients, "tidemill-reader");
      Map<TopicPartition, Long> ends = log.ends(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      log.readToEnd(consumer, ends, record -> each.accept(codec.decode(record, type)));
    }
  }
}
