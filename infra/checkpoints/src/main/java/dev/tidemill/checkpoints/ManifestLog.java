package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Streams the manifests of the checkpoints topic in commit order. A version may occur twice: with
 * its payload, and again after retention has removed the payload.
 */
public final class ManifestLog {
  /** Receives records that cannot be decoded. */
  @FunctionalInterface
  interface MalformedSink {
    void take(long offset, String reason);
  }

  private final KafkaClients clients;
  private final RecordCodec codec;
  private final TopicPartition partition;
  private final String clientId;

  private ManifestLog(
      KafkaClients clients, RecordCodec codec, TopicPartition partition, String clientId) {
    this.clients = clients;
    this.codec = codec;
    this.partition = partition;
    this.clientId = clientId;
  }

  public static ManifestLog of(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new ManifestLog(clients, codec, new TopicPartition(topics.checkpoints(), 0), clientId);
  }

  /**
   * Passes on all manifests that are committed now; skips records that are not manifests.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's transaction stays
   *     open on the topic
   * @throws org.apache.kafka.common.errors.TimeoutException if reading makes no progress
   */
  public void forEach(java.util.function.Consumer<Checkpoint> each) {
    read(manifest -> each.accept(manifest.checkpoint()), (offset, reason) -> {});
  }

  /**
   * Passes on the last manifest of each version, by ascending version. Exception: a version that
   * was pinned and so lost its payload later than its successors comes after them.
   *
   * @param lineage the lineage read before, which says which versions have a payload
   */
  public void forEachVersion(Lineage lineage, java.util.function.Consumer<Checkpoint> each) {
    Deque<Checkpoint> kept = new ArrayDeque<>(lineage.withPayload());
    forEach(
        manifest -> {
          if (manifest.getPayload() == null) {
            while (!kept.isEmpty() && kept.element().getVersion() < manifest.getVersion()) {
              each.accept(kept.remove());
            }
            if (!kept.isEmpty() && kept.element().getVersion() == manifest.getVersion()) {
              // Retention has removed its payload since the lineage was read.
              kept.remove();
            }
            each.accept(manifest);
          }
        });
    kept.forEach(each);
  }

  /**
   * Returns the last manifest of one version.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's transaction stays
   *     open on the topic
   */
  public Optional<Checkpoint> version(long version) {
    AtomicReference<@Nullable Checkpoint> last = new AtomicReference<>();
    forEach(
        checkpoint -> {
          if (checkpoint.getVersion() == version) {
            last.set(checkpoint);
          }
        });
    return Optional.ofNullable(last.get());
  }

  void read(java.util.function.Consumer<Manifest> each, MalformedSink malformed) {
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      log.readToEnd(
          consumer, log.ends(List.of(partition)), record -> decode(codec, record, each, malformed));
    }
  }

  /** Decodes one record and passes it on. */
  static void decode(
      RecordCodec codec,
      ConsumerRecord<byte[], byte[]> record,
      java.util.function.Consumer<Manifest> each,
      MalformedSink malformed) {
    // Tidemill never tombstones manifests; one that an operator removed is simply missing.
    if (record.value() == null) {
      return;
    }
    Checkpoint checkpoint;
    try {
      checkpoint = codec.decode(record, Checkpoint.class);
    } catch (MalformedRecordException e) {
      malformed.take(record.offset(), String.valueOf(e.getMessage()));
      return;
    }
    each.accept(new Manifest(record.offset(), checkpoint));
  }
}
