package dev.tidemill.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** All committed records that a topic holds now, read once from its beginning to its end. */
public final class CommittedRecords {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(30);

  private CommittedRecords() {}

  /**
   * Reads a whole topic.
   *
   * @param each is given every record's value, in the order of its partition
   * @throws MalformedRecordException if a value cannot be decoded
   * @throws TimeoutException if nothing comes for half a minute, e.g. while a transaction is open
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
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
      long deadline = System.nanoTime() + WITHOUT_PROGRESS.toNanos();
      left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      while (!left.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          each.accept(codec.decode(record, type));
          deadline = System.nanoTime() + WITHOUT_PROGRESS.toNanos();
        }
        // Positions, not records: the last offsets may be transaction markers.
        left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("reading " + topic + " came to a halt before " + left);
        }
      }
    }
  }
}
