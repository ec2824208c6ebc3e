package dev.tidemill.producer;

import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Writes records, and the position behind them, in one transaction: a run that is killed anywhere
 * is resumed at the very sample. Records are on their way as soon as they are taken, and are
 * committed together after an interval. The position is a committed offset of the group
 * `tidemill-MODEL-producer-SOURCE`, and names the id of the topic that it belongs to.
 */
final class TransactionalSink implements BatchSink {
  /** On top of the commit interval: for slow brokers, and a source that stands still meanwhile. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private final Destination to;
  private final String clientId;
  private final String sourceKey;
  private final byte[] key;
  private final String group;
  private final SendSettings settings;
  private final Supplier<Uuid> topicId;
  private final ProgressCount count;
  private final LongSupplier nanoTime;
  private boolean begun;
  private long begunAt;
  private SourcePosition position = SourcePosition.BEGINNING;
  private SourcePosition committed = SourcePosition.BEGINNING;
  private Uuid topic = Uuid.ZERO_UUID;
  private @Nullable Transactions transactions;
  private @Nullable ConsumerGroupMetadata metadata;
  private @Nullable Future<RecordMetadata> newest;

  /**
   * @param topicId the id of the topic that is written to; asked for when the sink is opened
   */
  TransactionalSink(
      Destination to,
      String clientId,
      String sourceKey,
      SendSettings settings,
      Supplier<Uuid> topicId,
      ProgressCount count,
      LongSupplier nanoTime) {
    this.to = to;
    this.clientId = clientId;
    this.sourceKey = sourceKey;
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
    this.group = "tidemill-" + to.model() + "-producer-" + sourceKey;
    this.settings = settings;
    this.topicId = topicId;
    this.count = count;
    this.nanoTime = nanoTime;
  }

  /** How long a transaction may be open. */
  static Duration openAtMost(SendSettings settings) {
    return settings.commitInterval().plus(LATE);
  }

  @Override
  public SourcePosition open() {
    // In this order: taking the transactional id ends a dead run's open transaction, and only then
    // is it settled which position was committed last.
    String holder = "producer of " + sourceKey + " for model " + to.model();
    transactions =
        new Transactions(
            to.clients().bulkProducer(clientId, group, openAtMost(settings)), group, holder);
    topic = topicId.get();
    // A consumer that never joins its group knows the group's offsets all the same. No transaction
    // but those of this transactional id commits them, so none is pending.
    try (Consumer<byte[], byte[]> consumer = to.clients().groupConsumer(clientId, group)) {
      metadata = consumer.groupMetadata();
      OffsetAndMetadata offset = consumer.committed(Set.of(place())).get(place());
      position = offset == null ? SourcePosition.BEGINNING : resume(offset);
    }
    committed = position;
    return position;
  }

  private SourcePosition resume(OffsetAndMetadata offset) {
    CommittedPosition last = CommittedPosition.of(offset, group);
    if (last.topicId().equals(topic) || last.position().equals(SourcePosition.BEGINNING)) {
      return last.position();
    }
    return switch (settings.recreatedTopic()) {
      case FAIL -> throw new RecreatedTopicException(sourceKey, to.topics().batches(), last, topic);
      case RESTART -> SourcePosition.BEGINNING;
      case CONTINUE -> last.position();
    };
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
    ProducerRecord<byte[], byte[]> record = to.codec().record(to.topics().batches(), key, batch);
    count.written(record.value().length);
    newest = open.send(record);
    position = after;
    tick();
  }

  @Override
  public void tick() throws Exception {
    if (begun && nanoTime.getAsLong() - begunAt >= settings.commitInterval().toNanos()) {
      flush();
    }
  }

  @Override
  public void flush() throws Exception {
    ConsumerGroupMetadata committer = metadata;
    if (!begun || transactions == null || committer == null) {
      return;
    }
    OffsetAndMetadata reached = new CommittedPosition(position, topic).toOffset();
    transactions.commit(Map.of(place(), reached), committer);
    begun = false;
    count.committed(
        position.records() - committed.records(), position.samples() - committed.samples());
    committed = position;
  }

  /**
   * A commit is acknowledged before readers see what it holds. Whoever starts a trainer on what was
   * sent, as soon as it was sent, means all of it.
   */
  @Override
  public Optional<String> complete() throws Exception {
    flush();
    return newest == null ? Optional.empty() : new Visibility(to, clientId).await(newest.get());
  }

  @Override
  public void close(Duration atMost) {
    if (transactions != null) {
      transactions.close(atMost);
    }
  }
}
