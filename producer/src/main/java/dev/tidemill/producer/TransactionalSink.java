package dev.tidemill.producer;

import dev.tidemill.messaging.BrokerConfigs;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes records and the position after them in one transaction. So a run that is killed resumes at
 * exactly the next sample. Records are sent immediately and committed together after an interval.
 *
 * <p>The position is a committed offset of the group `tidemill-MODEL-producer-SOURCE`. It contains
 * the id of its topic. If Kafka has forgotten it, the source's last record says where to continue.
 */
final class TransactionalSink implements BatchSink {
  /** Added to the commit interval, for slow brokers and a source that stalls meanwhile. */
  private static final Duration LATE = Duration.ofSeconds(60);

  /** How long to wait for a position that a transaction is about to commit. */
  private static final Duration PENDING = Duration.ofSeconds(5);

  private final Destination to;
  private final String clientId;
  private final String sourceKey;
  private final byte[] key;
  private final String group;
  private final SendSettings settings;
  private final SourceRecords records;
  private final Supplier<Uuid> topicId;
  private final ProgressCount count;
  private final java.util.function.Consumer<String> notices;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private boolean begins = true;
  private boolean begun;
  private long begunAt;
  private SourcePosition position = SourcePosition.BEGINNING;
  private long uncommittedRecords;
  private long uncommittedSamples;
  private int firstBytes;
  private Uuid topic = Uuid.ZERO_UUID;
  private @Nullable SourcePosition recovered;
  private @Nullable Transactions transactions;
  private @Nullable ConsumerGroupMetadata metadata;
  private @Nullable Future<RecordMetadata> newest;

  /**
   * @param topicId supplies the id of the topic written to; called when the sink is opened
   */
  TransactionalSink(
      Destination to,
      String clientId,
      String sourceKey,
      SendSettings settings,
      SourceRecords records,
      Supplier<Uuid> topicId,
      ProgressCount count,
      java.util.function.Consumer<String> notices,
      Clock clock,
      LongSupplier nanoTime) {
    this.to = to;
    this.clientId = clientId;
    this.sourceKey = sourceKey;
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
    this.group = "tidemill-" + to.model() + "-producer-" + sourceKey;
    this.settings = settings;
    this.records = records;
    this.topicId = topicId;
    this.count = count;
    this.notices = notices;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The longest time that a transaction may stay open. */
  static Duration openAtMost(SendSettings settings) {
    return settings.commitInterval().plus(LATE);
  }

  @Override
  public void open() {
    // The order matters: initializing the transactional id ends the open transaction of a dead run.
    // Only then is the last committed position final.
    String holder = "producer of " + sourceKey + " for model " + to.model();
    transactions =
        new Transactions(
            to.clients().bulkProducer(clientId, group, openAtMost(settings)), group, holder);
    topic = topicId.get();
  }

  @Override
  public SourcePosition position() {
    position = committed();
    return position;
  }

  /**
   * Reads the committed position. A consumer can fetch a group's offsets without joining it, and
   * waits until no commit of them is pending.
   */
  private SourcePosition committed() {
    try (Consumer<byte[], byte[]> consumer = to.clients().groupConsumer(clientId, group)) {
      metadata = consumer.groupMetadata();
      OffsetAndMetadata offset = committed(consumer);
      if (offset != null) {
        return resume(offset);
      }
      if (recovered == null) {
        recovered = recover(consumer);
      }
      return recovered;
    }
  }

  private @Nullable OffsetAndMetadata committed(Consumer<byte[], byte[]> consumer) {
    TopicPartition partition = offsetPartition();
    if (begins) {
      begins = false;
      endPendingCommit(consumer);
    }
    return consumer.committed(Set.of(partition)).get(partition);
  }

  /** Ends the transaction of a dead run that keeps the position pending, if there is one. */
  private void endPendingCommit(Consumer<byte[], byte[]> consumer) {
    TopicPartition partition = offsetPartition();
    try {
      var unused = consumer.committed(Set.of(partition), PENDING);
    } catch (TimeoutException e) {
      // A run that was killed while it committed the contract with its first batch. That
      // transaction has the id of the contract's writers; whoever opens it next ends it.
      String id = ContractLog.transactionalId(to.model());
      new Transactions(to.clients().bulkProducer(clientId, id, openAtMost(settings)), id, group)
          .close();
    }
  }

  /**
   * Looks for the position among the source's records. Most sources without a position are new, and
   * must not read the whole topic. Kafka forgets an offset only after a time, and it forgets all of
   * them if the topic that they belong to is recreated. So a source that has records has one that
   * is older than that time or than the topic's contract.
   */
  private SourcePosition recover(Consumer<byte[], byte[]> consumer) {
    Optional<Instant> forgotten =
        BrokerConfigs.offsetsRetention(to.clients(), clientId).map(clock.instant()::minus);
    Optional<Instant> contract = firstRecord(consumer);
    Instant before = null;
    if (forgotten.isPresent() && contract.isPresent()) {
      boolean contractLater = contract.get().isAfter(forgotten.get());
      before = contractLater ? contract.get() : forgotten.get();
    }
    if (before != null && records.lastPosition(before).isEmpty()) {
      return SourcePosition.BEGINNING;
    }
    return records
        .lastPosition(null)
        .map(
            last -> {
              notices.accept(
                  "Kafka has no position of "
                      + sourceKey
                      + "; its last record in "
                      + to.topics().batches()
                      + " says that "
                      + last.samples()
                      + " samples were sent");
              return last;
            })
        .orElse(SourcePosition.BEGINNING);
  }

  /** When the first record of the topic that holds the offsets was written; empty without one. */
  private Optional<Instant> firstRecord(Consumer<byte[], byte[]> consumer) {
    TopicPartition partition = offsetPartition();
    return Optional.ofNullable(consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition))
        .map(first -> Instant.ofEpochMilli(first.timestamp()));
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

  /**
   * The partition that holds the position among the group's offsets. Kafka removes the offsets of a
   * deleted topic; the position must outlive `batches`, to tell that it was recreated.
   */
  private TopicPartition offsetPartition() {
    return new TopicPartition(to.topics().contract(), 0);
  }

  @Override
  public void send(AssembledBatch batch) throws Exception {
    Transactions open = transactions;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    if (!begun) {
      open.begin();
      begun = true;
      begunAt = nanoTime.getAsLong();
    }
    open.send(batch.letters());
    TrainingBatch content = batch.batch();
    if (content != null) {
      ProducerRecord<byte[], byte[]> record = record(content);
      count.written(record.value().length);
      newest = open.send(record);
      uncommittedRecords++;
    }
    position = batch.after();
    uncommittedSamples += batch.samples();
    tick();
  }

  private ProducerRecord<byte[], byte[]> record(TrainingBatch batch) {
    return to.codec().record(to.topics().batches(), key, batch);
  }

  @Override
  public boolean isAt(SourcePosition expected) {
    return committed().equals(expected);
  }

  @Override
  public void write(AssembledBatch batch, Producer<byte[], byte[]> transaction) {
    ConsumerGroupMetadata committer = metadata;
    if (committer == null) {
      throw new IllegalStateException("not open");
    }
    for (ProducerRecord<byte[], byte[]> letter : batch.letters()) {
      var unused = transaction.send(letter);
    }
    ProducerRecord<byte[], byte[]> record = record(Objects.requireNonNull(batch.batch()));
    firstBytes = record.value().length;
    newest = transaction.send(record);
    transaction.sendOffsetsToTransaction(
        Map.of(offsetPartition(), new CommittedPosition(batch.after(), topic).toOffset()),
        committer);
  }

  @Override
  public void written(AssembledBatch batch) {
    position = batch.after();
    count.written(firstBytes);
    count.committed(1, batch.samples());
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
    transactions.commit(Map.of(offsetPartition(), reached), committer);
    begun = false;
    count.committed(uncommittedRecords, uncommittedSamples);
    uncommittedRecords = 0;
    uncommittedSamples = 0;
  }

  /**
   * Also waits until consumers can read the records: brokers acknowledge a commit earlier than
   * that. A trainer that is started right after this call must see every record.
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
