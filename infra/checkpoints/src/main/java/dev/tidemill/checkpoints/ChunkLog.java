package dev.tidemill.checkpoints;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ChunkLocation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the chunks topic at the offsets that a manifest names. Results are views of the fetched
 * bytes.
 */
final class ChunkLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String LOST = ": the topic was recreated, or has lost records";

  private final Consumer<byte[], ByteBuffer> consumer;
  private final RecordCodec codec;
  private final String topic;
  private final Duration timeout;
  private final Queue<ConsumerRecord<byte[], ByteBuffer>> fetched = new ArrayDeque<>();

  ChunkLog(
      Consumer<byte[], ByteBuffer> consumer, RecordCodec codec, String topic, Duration timeout) {
    this.consumer = consumer;
    this.codec = codec;
    this.topic = topic;
    this.timeout = timeout;
  }

  /** Passes on the chunks' data, in order. */
  void read(long version, List<ChunkLocation> chunks, PayloadIntake into) {
    TopicPartition assigned = null;
    for (int index = 0; index < chunks.size(); index++) {
      ChunkLocation chunk = chunks.get(index);
      TopicPartition partition = new TopicPartition(topic, chunk.getPartition());
      if (!partition.equals(assigned)) {
        fetched.clear();
        consumer.assign(List.of(partition));
        consumer.seek(partition, chunk.getOffset());
        assigned = partition;
      }
      into.take(data(version, index, chunk, recordAt(version, index, chunk)));
    }
    fetched.clear();
    consumer.unsubscribe();
  }

  private ByteBuffer data(
      long version, int index, ChunkLocation location, ConsumerRecord<byte[], ByteBuffer> record) {
    String wanted = "chunk %d/%d of %d bytes".formatted(version, index, location.getBytes());
    try {
      CheckpointChunk chunk = codec.decodeView(record, CheckpointChunk.class);
      ByteBuffer data = chunk.getData();
      if (chunk.getVersion() != version
          || chunk.getIndex() != index
          || data.remaining() != location.getBytes()) {
        throw new CorruptCheckpointException(
            version,
            wanted + where(location),
            "chunk %d/%d of %d bytes"
                .formatted(chunk.getVersion(), chunk.getIndex(), data.remaining()));
      }
      return data;
    } catch (MalformedRecordException e) {
      throw new CorruptCheckpointException(version, wanted, String.valueOf(e.getMessage()));
    }
  }

  private ConsumerRecord<byte[], ByteBuffer> recordAt(
      long version, int index, ChunkLocation location) {
    String wanted = "chunk %d/%d%s".formatted(version, index, where(location));
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      ConsumerRecord<byte[], ByteBuffer> record = fetched.poll();
      if (record == null) {
        // A manifest may be visible before its chunks, because a transaction's markers reach each
        // partition separately. So a missing record means waiting, not that it was removed.
        if (System.nanoTime() - deadline > 0) {
          throw missing(version, wanted, location);
        }
        fetch(version, wanted);
      } else if (record.offset() > location.getOffset() || record.value() == null) {
        throw new CorruptCheckpointException(
            version, wanted, "that it was removed: the log continues at offset " + record.offset());
      } else if (record.offset() == location.getOffset()) {
        return record;
      }
    }
  }

  /**
   * Returns the exception for a missing chunk. A record that the log holds but has not delivered is
   * late; another attempt may succeed.
   */
  private RuntimeException missing(long version, String wanted, ChunkLocation location) {
    long end = end();
    TopicPartition partition = consumer.assignment().iterator().next();
    return end > location.getOffset() && consumer.position(partition) <= location.getOffset()
        ? new TimeoutException(wanted + " of version " + version + " did not arrive in time")
        : new CorruptCheckpointException(version, wanted, nothingFound(location.getOffset(), end));
  }

  /** Returns the end of the committed log. Fails if no broker answers, which is not corruption. */
  private long end() {
    return consumer.endOffsets(consumer.assignment()).values().iterator().next();
  }

  private String nothingFound(long offset, long end) {
    return "nothing within "
        + timeout.toMillis()
        + " ms, in a log that ends at offset "
        + end
        + (end > offset ? "" : LOST);
  }

  private void fetch(long version, String wanted) {
    try {
      consumer.poll(POLL).forEach(fetched::add);
    } catch (OffsetOutOfRangeException e) {
      throw new CorruptCheckpointException(
          version, wanted, "no such offset in the log" + LOST + ": " + e.getMessage());
    }
  }

  private String where(ChunkLocation location) {
    return " in topic %s at partition %d offset %d"
        .formatted(topic, location.getPartition(), location.getOffset());
  }

  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
