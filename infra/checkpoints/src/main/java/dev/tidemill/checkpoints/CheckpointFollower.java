package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
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
 * Follows versions as they are committed. Keeps the manifests of those whose payload is readable;
 * retention bounds their number. One thread at a time.
 */
public final class CheckpointFollower implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final CommittedLog log;
  private final RecordCodec codec;
  private final TopicPartition partition;
  private final StallDetector stallDetector;
  private final NavigableMap<Long, Manifest> readable = new TreeMap<>();
  private @Nullable MalformedRecordException malformed;
  private @Nullable LineageChangedException changed;
  private boolean caughtUp;
  private long newest;

  /**
   * Creates a follower with an existing consumer.
   *
   * @param consumer an assigned {@code read_committed} consumer; this follower closes it
   */
  public CheckpointFollower(
      Consumer<byte[], byte[]> consumer, CommittedLog log, RecordCodec codec, Topics topics) {
    this.consumer = consumer;
    this.log = log;
    this.codec = codec;
    this.partition = new TopicPartition(topics.checkpoints(), 0);
    this.stallDetector = new StallDetector(log, partition, System::nanoTime);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  public static CheckpointFollower open(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new CheckpointFollower(
        clients.assignedConsumer(clientId), CommittedLog.of(clients, clientId), codec, topics);
  }

  /**
   * Reads the manifests committed since the last call. The first call reads everything that is
   * committed when it starts, however long that takes. Later calls wait at most {@code timeout}.
   *
   * @throws MalformedRecordException if a record is not a manifest; all others were read
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's open transaction
   *     keeps the first call from the topic's end; the next call tries again
   * @throws LineageChangedException if the topic was replaced or has lost records. Each later call
   *     reads it from the beginning, and continues once it holds everything that was followed
   */
  public void poll(Duration timeout) {
    LineageChangedException reason = changed;
    try {
      if (reason != null) {
        reread(reason);
      } else if (caughtUp) {
        follow(timeout);
      } else {
        catchUp(this::add);
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

  /** Reports that the topic was recreated, so that later polls check it from its beginning. */
  public void recreated() {
    changed(LineageChangedException.recreated(partition, newest));
  }

  private void catchUp(java.util.function.Consumer<Manifest> each) {
    Map<TopicPartition, Long> ends = log.ends(List.of(partition));
    log.readToEnd(consumer, ends, record -> decode(record).ifPresent(each));
    caughtUp = true;
  }

  /**
   * Reads the topic again from its beginning. Accepts it as restored only if no followed version is
   * missing and none differs. Retention may have removed payloads meanwhile, but manifests stay.
   */
  private void reread(LineageChangedException reason) {
    NavigableMap<Long, Manifest> before = new TreeMap<>(readable);
    Map<Long, Manifest> again = new HashMap<>();
    long newestBefore = newest;
    boolean wasCaughtUp = caughtUp;
    boolean isWhole = false;
    readable.clear();
    newest = 0;
    caughtUp = false;
    try {
      consumer.seekToBeginning(List.of(partition));
      catchUp(
          manifest -> {
            if (before.containsKey(manifest.version())) {
              again.put(manifest.version(), manifest);
            }
            add(manifest);
          });
      isWhole =
          newest >= newestBefore
              && before.values().stream().allMatch(one -> isUnchanged(one, again));
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

  private static boolean isUnchanged(Manifest before, Map<Long, Manifest> again) {
    Manifest now = again.get(before.version());
    return now != null && before.agreesWith(now);
  }

  private void follow(Duration timeout) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      try {
        decode(record).ifPresent(this::add);
      } catch (SchemaUnavailableException e) {
        // The decoder has already waited, and the codec reports the outage; the next poll starts
        // here.
        consumer.seek(partition, record.offset());
        return;
      }
    }
  }

  /** Decodes a manifest; empty for a tombstone, and for a record that is not a manifest. */
  private Optional<Manifest> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Manifest(record.offset(), codec.decode(record, Checkpoint.class)));
    } catch (MalformedRecordException e) {
      malformed = malformed == null ? e : malformed;
      return Optional.empty();
    }
  }

  private void add(Manifest manifest) {
    long version = manifest.version();
    Manifest earlier = readable.get(version);
    if (caughtUp
        && version <= newest
        && manifest.hasPayload()
        && (earlier == null || !earlier.agreesWith(manifest))) {
      throw changed(LineageChangedException.rewritten(partition, newest, manifest));
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
   * Returns what keeps this follower from versions that have been on the topic for longer than
   * {@code read.timeout.ms}: usually another producer's open transaction. Empty if nothing does.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  public Optional<RuntimeException> heldBack() {
    return stallDetector.reason(consumer.position(partition, log.timeout()));
  }

  /** Returns whether everything has been read that was committed when the first poll started. */
  public boolean isCaughtUp() {
    return caughtUp;
  }

  /** Returns the newest version with a readable payload, as of the last poll. */
  public Optional<Checkpoint> newest() {
    return Optional.ofNullable(readable.lastEntry()).map(entry -> entry.getValue().checkpoint());
  }

  /** Returns a version if its payload is readable, as of the last poll. */
  public Optional<Checkpoint> readable(long version) {
    return Optional.ofNullable(readable.get(version)).map(Manifest::checkpoint);
  }

  /** Returns all versions with a readable payload, newest first, as of the last poll. */
  public List<Checkpoint> readableNewestFirst() {
    return readable.descendingMap().values().stream().map(Manifest::checkpoint).toList();
  }

  /** Ends a waiting poll with Kafka's WakeupException. Any thread. */
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
