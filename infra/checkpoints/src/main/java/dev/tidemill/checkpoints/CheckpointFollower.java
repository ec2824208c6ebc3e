package dev.tidemill.checkpoints;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Tells versions as they are committed. Remembers the manifests of those whose payload can be read,
 * which retention bounds. One thread at a time.
 */
public final class CheckpointFollower implements AutoCloseable {
  private final ManifestLog log;
  private final NavigableMap<Long, Checkpoint> readable = new TreeMap<>();
  private final List<Checkpoint> untold = new ArrayList<>();
  private long newest;

  /**
   * With a consumer of the caller's making.
   *
   * @param consumer an assigned one that reads what is committed; owned from here on
   */
  public CheckpointFollower(Consumer<byte[], byte[]> consumer, RecordCodec codec, Topics topics) {
    this.log = new ManifestLog(consumer, codec, topics.checkpoints());
  }

  public static CheckpointFollower open(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new CheckpointFollower(clients.assignedConsumer(clientId), codec, topics);
  }

  /**
   * The versions that were committed since the last call, ascending, each told once: a manifest
   * that retention writes again is not told again. Waits at most that long; where the topic was
   * made anew, the next call begins with its first version.
   *
   * @throws dev.tidemill.messaging.MalformedRecordException if a manifest cannot be decoded; the
   *     next call goes on behind it
   */
  public List<Checkpoint> poll(Duration timeout) {
    try {
      log.poll(timeout, this::take);
    } catch (OffsetOutOfRangeException e) {
      readable.clear();
      untold.clear();
      newest = 0;
    }
    List<Checkpoint> told = List.copyOf(untold);
    untold.clear();
    return told;
  }

  private void take(Manifest manifest) {
    if (manifest.checkpoint().getPayload() == null) {
      readable.remove(manifest.version());
    } else {
      readable.put(manifest.version(), manifest.checkpoint());
    }
    if (manifest.version() > newest) {
      newest = manifest.version();
      untold.add(manifest.checkpoint());
    }
  }

  /** Whether all has been told that was committed when this follower was opened. */
  public boolean isCaughtUp() {
    return log.isCaughtUp();
  }

  /** The newest version whose payload can be read, as far as was polled. */
  public Optional<Checkpoint> newest() {
    return readable.isEmpty() ? Optional.empty() : Optional.of(readable.lastEntry().getValue());
  }

  /** A version whose payload can be read, as far as was polled. */
  public Optional<Checkpoint> readable(long version) {
    return Optional.ofNullable(readable.get(version));
  }

  /** All versions whose payload can be read, as far as was polled, the newest first. */
  public List<Checkpoint> readableNewestFirst() {
    return List.copyOf(readable.descendingMap().values());
  }

  /** Any thread: ends a poll that waits, with Kafka's WakeupException. */
  public void wakeUp() {
    log.wakeUp();
  }

  @Override
  public void close() {
    log.close();
  }
}
