package dev.tidemill.producer;

import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes records, and the position behind them, in one transaction: a run that is killed anywhere
 * is gone on with at the very sample. The position is a committed offset (the next record's number)
 * of the group `tidemill-MODEL-producer-SOURCE`, its metadata the next sample's place.
 */
final class TransactionalSink implements BatchSink {
  private static final long MOST_BYTES = 8L << 20;
  private static final long VISIBLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Destination to;
  private final String clientId;
  private final String sourceKey;
  private final String group;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final List<ProducerRecord<byte[], byte[]>> waiting = new ArrayList<>();
  private long waitingBytes;
  private long waitingSince;
  private SourcePosition position = SourcePosition.BEGINNING;
  private @Nullable Transactions transactions;
  private @Nullable ConsumerGroupMetadata metadata;
  private @Nullable Future<RecordMetadata> newest;

  TransactionalSink(
      Destination to,
      String clientId,
      String sourceKey,
      Duration commitInterval,
      LongSupplier nanoTime) {
    this.to = to;
    this.clientId = clientId;
    this.sourceKey = sourceKey;
    this.group = "tidemill-" + to.model() + "-producer-" + sourceKey;
    this.intervalNanos = commitInterval.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public SourcePosition open() {
    // In this order: taking the transactional id ends a dead run's open transaction, and only then
    // is it settled which position was committed last.
    String holder = "producer of " + sourceKey + " for model " + to.model();
    transactions =
        new Transactions(to.clients().transactionalProducer(clientId, group), group, holder);
    // A consumer that never joins its group knows the group's offsets all the same; as it reads
    // committed records only, it is told an offset once that is settled.
    try (Consumer<byte[], byte[]> consumer = to.clients().groupConsumer(clientId, group)) {
      metadata = consumer.groupMetadata();
      OffsetAndMetadata committed = consumer.committed(Set.of(place())).get(place());
      position =
          committed == null
              ? SourcePosition.BEGINNING
              : SourcePosition.of(committed.offset(), committed.metadata());
    }
    return position;
  }

  private TopicPartition place() {
    return new TopicPartition(to.topics().batches(), 0);
  }

  @Override
  public void send(TrainingBatch batch, SourcePosition after) throws Exception {
    if (waiting.isEmpty()) {
      waitingSince = nanoTime.getAsLong();
    }
    byte[] key = sourceKey.getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = to.codec().record(to.topics().batches(), key, batch);
    waiting.add(record);
    waitingBytes += record.value().length;
    position = after;
    tick();
  }

  @Override
  public void tick() throws Exception {
    boolean due = nanoTime.getAsLong() - waitingSince >= intervalNanos;
    if (!waiting.isEmpty() && (due || waitingBytes >= MOST_BYTES)) {
      flush();
    }
  }

  @Override
  public void flush() throws Exception {
    ConsumerGroupMetadata committer = metadata;
    if (waiting.isEmpty() || transactions == null || committer == null) {
      return;
    }
    transactions.run(
        producer -> {
          waiting.forEach(record -> newest = producer.send(record));
          OffsetAndMetadata reached =
              new OffsetAndMetadata(position.records(), position.metadata());
          producer.sendOffsetsToTransaction(Map.of(place(), reached), committer);
          return position;
        });
    waiting.clear();
    waitingBytes = 0;
  }

  /**
   * A commit is acknowledged before readers see what it holds. Whoever starts a trainer on what was
   * sent, as soon as it was sent, means all of it.
   */
  @Override
  public void complete() throws Exception {
    flush();
    if (newest == null) {
      return;
    }
    RecordMetadata last = newest.get();
    TopicPartition partition = new TopicPartition(last.topic(), last.partition());
    try (Consumer<byte[], byte[]> reader = to.clients().assignedConsumer(clientId)) {
      long deadline = nanoTime.getAsLong() + VISIBLE_NANOS;
      while (reader.endOffsets(Set.of(partition)).getOrDefault(partition, 0L) <= last.offset()) {
        if (nanoTime.getAsLong() - deadline > 0) {
          throw new KafkaException("what was committed to " + partition + " cannot be read");
        }
      }
    }
  }

  @Override
  public void close() {
    if (transactions != null) {
      transactions.close();
    }
  }
}
