package dev.tidemill.producer;

import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes records, and the position behind them, in one transaction: a run that is killed anywhere
 * is gone on with at the very sample. Records are on their way as soon as they are taken, and are
 * committed together after an interval. The position is a committed offset (the next record's
 * number) of the group `tidemill-MODEL-producer-SOURCE`, its metadata the next sample's place.
 */
final class TransactionalSink implements BatchSink {
  /** On top of the commit interval: for slow brokers, and a source that stands still meanwhile. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private static final long VISIBLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Destination to;
  private final String clientId;
  private final String sourceKey;
  private final byte[] key;
  private final String group;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final Duration openAtMost;
  private boolean begun;
  private long begunAt;
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
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
    this.group = "tidemill-" + to.model() + "-producer-" + sourceKey;
    this.intervalNanos = commitInterval.toNanos();
    this.openAtMost = commitInterval.plus(LATE);
    this.nanoTime = nanoTime;
  }

  @Override
  public SourcePosition open() {
    // In this order: taking the transactional id ends a dead run's open transaction, and only then
    // is it settled which position was committed last.
    String holder = "producer of " + sourceKey + " for model " + to.model();
    transactions =
        new Transactions(to.clients().bulkProducer(clientId, group, openAtMost), group, holder);
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
    Transactions open = transactions;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    if (!begun) {
      open.begin();
      begun = true;
      begunAt = nanoTime.getAsLong();
    }
    newest = open.send(to.codec().record(to.topics().batches(), key, batch));
    position = after;
    tick();
  }

  @Override
  public void tick() throws Exception {
    if (begun && nanoTime.getAsLong() - begunAt >= intervalNanos) {
      flush();
    }
  }

  @Override
  public void flush() throws Exception {
    ConsumerGroupMetadata committer = metadata;
    if (!begun || transactions == null || committer == null) {
      return;
    }
    OffsetAndMetadata reached = new OffsetAndMetadata(position.records(), position.metadata());
    transactions.commit(Map.of(place(), reached), committer);
    begun = false;
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
