package dev.tidemill.checkpoints;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Verifies a model's lineage against all partitions of its checkpoints and chunks topics. Also
 * reports what cannot be read. Single use, one thread.
 */
public final class LineageVerifier {
  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;
  private final String clientId;
  private final CommittedLog log;
  private final List<String> faults = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  public LineageVerifier(KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
    this.clientId = clientId;
    this.log = CommittedLog.of(clients, clientId);
  }

  /**
   * Checks all manifests, and whether the chunks that they name are on the log.
   *
   * @param payloads whether to read and check every payload, too
   */
  public LineageReport verify(boolean payloads) {
    Lineage lineage = readManifests();
    faults.addAll(lineage.verify());
    checkChunks(lineage.withPayload());
    if (payloads) {
      readPayloads(lineage.withPayload());
    }
    return new LineageReport(lineage.versions(), faults, unread);
  }

  private Lineage readManifests() {
    LineageFold fold = new LineageFold();
    Map<Integer, Long> strays = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      List<TopicPartition> partitions = partitions(consumer, topics.checkpoints());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      readToEnd(
          consumer,
          partitions,
          record -> {
            if (record.partition() == 0) {
              ManifestLog.decode(codec, record, fold::add, fold::addMalformed);
            } else {
              strays.merge(record.partition(), 1L, Long::sum);
            }
          });
    }
    strays.forEach(
        (partition, records) ->
            faults.add(
                "partition %d of %s holds %d records that no worker reads: the lineage is in"
                        .formatted(partition, topics.checkpoints(), records)
                    + " partition 0"));
    return fold.finish();
  }

  /** Reads what can be read; reports anything after an open transaction as unread. */
  private void readToEnd(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try {
      log.readToEnd(consumer, log.ends(partitions), each);
    } catch (OpenTransactionException | KafkaException e) {
      unread.add(String.valueOf(e.getMessage()));
    }
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private void checkChunks(List<Checkpoint> checkpoints) {
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      List<TopicPartition> partitions = partitions(consumer, topics.checkpointChunks());
      consumer.assign(partitions);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      // The last stable offset: all transactions before it have ended.
      consumer.endOffsets(partitions).forEach(consumer::seek);
      readToEnd(consumer, partitions, record -> {});
      Map<TopicPartition, Long> ends = log.ends(partitions);
      for (Checkpoint checkpoint : checkpoints) {
        firstAbsent(checkpoint, starts, ends).ifPresent(faults::add);
      }
    }
  }

  private Optional<String> firstAbsent(
      Checkpoint checkpoint, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
    for (ChunkLocation chunk : checkpoint.getPayload().getChunks()) {
      TopicPartition at = new TopicPartition(topics.checkpointChunks(), chunk.getPartition());
      long start = starts.getOrDefault(at, 0L);
      long end = ends.getOrDefault(at, 0L);
      if (chunk.getOffset() < start || chunk.getOffset() >= end) {
        return Optional.of(
            "version %d has a chunk at offset %d of %s, which holds offsets %d to %d"
                .formatted(checkpoint.getVersion(), chunk.getOffset(), at, start, end));
      }
    }
    return Optional.empty();
  }

  private void readPayloads(List<Checkpoint> checkpoints) {
    try (CheckpointReader reader = CheckpointReader.open(clients, codec, topics, clientId)) {
      for (Checkpoint checkpoint : checkpoints) {
        try {
          var unused = reader.read(checkpoint);
        } catch (CorruptCheckpointException e) {
          faults.add(e.getMessage());
        } catch (KafkaException e) {
          unread.add(
              "the payload of version %d could not be read: %s"
                  .formatted(checkpoint.getVersion(), e.getMessage()));
        }
      }
    }
  }
}
