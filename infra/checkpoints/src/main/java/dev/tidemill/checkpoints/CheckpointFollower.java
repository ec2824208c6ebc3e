package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows versions as they are committed. Remembers the manifests of those whose payload can be
 * read, which retention bounds. One thread at a time.
 */
public final class CheckpointFollower implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final CommittedLog log;
  private final RecordCodec codec;
  private final TopicPartition partition;
  private final HeldBack heldBack;
  private final NavigableMap<Long, Manifest> readable = new TreeMap<>();
  private @Nullable MalformedRecordException malformed;
  private @Nullable LineageChangedException changed;
  private boolean caughtUp;
  private long newest;

  /**
   * With a consumer of the caller's making.
   *
   * @param consumer an assigned one that reads what is committed; owned from here on
   */
  public CheckpointFollower(
      Consumer<byte[], byte[]> consumer, CommittedLog log, RecordCodec codec, Topics topics) {
    this.consumer = consumer;
    this.log = log;
    this.codec = codec;
    this.partition = new TopicPartition(topics.checkpoints(), 0);
    this.heldBack = new HeldBack(log, partition, System::nanoTime);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  public static CheckpointFollower open(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new CheckpointFollower(
        clients.assignedConsumer(clientId), CommittedLog.of(clients, clientId), codec, topics);
  }

  /**
   * Takes in what was committed since the last call. The first call reads all that is committed
   * when it begins, however long that takes. Later ones wait at most that long.
   *
   * @throws MalformedRecordException if a record is no manifest; all others were taken in
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's transaction keeps
   *     the first call from the end of the topic; the next call tries again
   * @throws LineageChangedException if the topic is no longer the one that was followed. Each later
   *     call reads it from its beginning, and goes on if it holds all that was followed
   */
  public void poll(Duration timeout) {
    LineageChangedException reason = changed;
    try {
      if (reason != null) {
        readAnew(reason);
      } else if (caughtUp) {
        follow(timeout);
      } else {
        catchUp();
      }
    } catch (OffsetOutOfRangeException e) {
      throw changed(LineageChangedException.lost(partition, newest, e));
    }
    MalformedRecordException first = malformed;
    malformed = null;
    if (first != null) {
      throw first;
    }
  }

  /** Has later polls check the topic from its beginning: there is another one of its name now. */
  public void recreated() {
    changed(LineageChangedException.recreated(partition, newest));
  }

  private void catchUp() {
    Map<TopicPartition, Long> ends = log.ends(List.of(partition));
    log.readToEnd(consumer, ends, this::take);
    caughtUp = true;
  }

  /**
   * A topic that was restored is the one that was followed: nothing is missing, nothing differs.
   */
  private void readAnew(LineageChangedException reason) {
    NavigableMap<Long, Manifest> before = new TreeMap<>(readable);
    long newestBefore = newest;
    boolean wasCaughtUp = caughtUp;
    boolean isWhole = false;
    readable.clear();
    newest = 0;
    caughtUp = false;
    try {
      consumer.seekToBeginning(List.of(partition));
      catchUp();
      isWhole = newest >= newestBefore && before.values().stream().allMatch(this::isAsBefore);
    } finally {
      if (!isWhole) {
        readable.clear();
        readable.putAll(before);
        newest = newestBefore;
        caughtUp = wasCaughtUp;
      }
    }
    if (!isWhole) {
      throw reason;
    }
    changed = null;
  }

  /** Retention may have removed a version's payload meanwhile. */
  private boolean isAsBefore(Manifest before) {
    Manifest now = readable.get(before.version());
    return now == null || before.agreesWith(now);
  }

  private void follow(Duration timeout) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      try {
        take(record);
      } catch (SchemaUnavailableException e) {
        // It has waited, and is reported by the codec; the next poll begins with this record.
        consumer.seek(partition, record.offset());
        return;
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      take(new Manifest(record.offset(), codec.decode(record, Checkpoint.class)));
    } catch (MalformedRecordException e) {
      malformed = malformed == null ? e : malformed;
    }
  }

  private void take(Manifest manifest) {
    long version = manifest.version();
    Manifest earlier = readable.get(version);
    if (caughtUp
        && version <= newest
        && manifest.hasPayload()
        && (earlier == null || !earlier.agreesWith(manifest))) {
      throw changed(LineageChangedException.writtenAgain(partition, newest, manifest));
    }
    if (manifest.hasPayload()) {
      readable.put(version, manifest);
    } else {
      readable.remove(version);
    }
    newest = Math.max(newest, version);
  }

  private LineageChangedException changed(LineageChangedException now) {
    changed = now;
    return now;
  }

  /**
   * What has kept this from versions that have been on the topic for the time-out of reads: another
   * producer's open transaction, usually. Empty where nothing does.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  public Optional<RuntimeException> heldBack() {
    return heldBack.reason(consumer.position(partition, log.timeout()));
  }

  /** Whether everything has been taken in that was committed when the first poll began. */
  public boolean isCaughtUp() {
    return caughtUp;
  }

  /** The newest version whose payload can be read, as far as was polled. */
  public Optional<Checkpoint> newest() {
    return Optional.ofNullable(readable.lastEntry()).map(entry -> entry.getValue().checkpoint());
  }

  /** A version whose payload can be read, as far as was polled. */
  public Optional<Checkpoint> readable(long version) {
    return Optional.ofNullable(readable.get(version)).map(Manifest::checkpoint);
  }

  /** All versions whose payload can be read, as far as was polled, the newest first. */
  public List<Checkpoint> readableNewestFirst() {
    return readable.descendingMap().values().stream().map(Manifest::checkpoint).toList();
  }

  /** Any thread: ends a poll that waits, with Kafka's WakeupException. */
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
