package dev.tidemill.trainer;

import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.runtime.Duty;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** The reader's thread: a record loop that reports lost positions as lost records. */
final class ReadingDuty implements Duty {
  private final RecordLoop loop;
  private final Consumer<byte[], byte[]> consumer;

  ReadingDuty(String roleName, Consumer<byte[], byte[]> consumer, BatchReader reader) {
    this.loop = RecordLoop.assigned(roleName, consumer, reader);
    this.consumer = consumer;
  }

  @Override
  public String roleName() {
    return loop.roleName();
  }

  @Override
  public void onStart() throws Exception {
    loop.onStart();
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      return loop.doWork();
    } catch (InvalidOffsetException e) {
      try {
        throw lost(e);
      } catch (WakeupException ending) {
        return false;
      }
    }
  }

  @Override
  public void onClose() throws Exception {
    loop.onClose();
  }

  @Override
  public void wakeUp() {
    loop.wakeUp();
  }

  private RuntimeException lost(InvalidOffsetException e) {
    TopicPartition partition = e.partitions().iterator().next();
    long wanted =
        e instanceof OffsetOutOfRangeException outside
            ? outside.offsetOutOfRangePartitions().getOrDefault(partition, -1L)
            : -1L;
    long start = consumer.beginningOffsets(e.partitions()).getOrDefault(partition, -1L);
    long end = consumer.endOffsets(e.partitions()).getOrDefault(partition, -1L);
    RecordsLostException lost =
        new RecordsLostException(
            partition.topic(),
            Position.atRecord(partition.partition(), 1, wanted),
            new LogRange(partition.partition(), start, end));
    lost.addSuppressed(e);
    return lost;
  }
}
