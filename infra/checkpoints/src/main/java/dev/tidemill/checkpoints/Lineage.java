package dev.tidemill.checkpoints;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All committed versions of a model as they stood when they were read, and what is wrong with their
 * chain. Immutable.
 */
public final class Lineage {
  private static final Duration POLL = Duration.ofMillis(200);

  private final NavigableMap<Long, Manifest> manifests = new TreeMap<>();
  private final List<String> contradictions = new ArrayList<>();

  private Lineage(Collection<Manifest> inLogOrder) {
    for (Manifest manifest : inLogOrder) {
      Manifest before = manifests.put(manifest.version(), manifest);
      if (before != null && !before.tellsTheSame(manifest)) {
        contradictions.add(
            "version %d is told differently at offsets %d and %d"
                .formatted(manifest.version(), before.offset(), manifest.offset()));
      }
    }
  }

  /**
   * Reads all manifests that are committed now.
   *
   * @throws dev.tidemill.messaging.MalformedRecordException if one cannot be decoded
   */
  public static Lineage read(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    try (ManifestLog log =
        new ManifestLog(clients.assignedConsumer(clientId), codec, topics.checkpoints())) {
      List<Manifest> manifests = new ArrayList<>();
      while (!log.isCaughtUp()) {
        log.poll(POLL, manifests::add);
      }
      return new Lineage(manifests);
    }
  }

  /** For manifests that were read otherwise, in the order in which they were written. */
  public static Lineage of(List<Checkpoint> inLogOrder) {
    List<Manifest> manifests = new ArrayList<>();
    for (Checkpoint checkpoint : inLogOrder) {
      manifests.add(new Manifest(manifests.size(), checkpoint));
    }
    return new Lineage(manifests);
  }

  /** Every version's newest manifest, by ascending version. */
  public List<Checkpoint> checkpoints() {
    return manifests.values().stream().map(Manifest::checkpoint).toList();
  }

  public Optional<Checkpoint> newest() {
    return manifests.isEmpty()
        ? Optional.empty()
        : Optional.of(manifests.lastEntry().getValue().checkpoint());
  }

  public Optional<Checkpoint> version(long version) {
    return Optional.ofNullable(manifests.get(version)).map(Manifest::checkpoint);
  }

  /**
   * What is wrong with the chain, one sentence each, naming versions and offsets; empty where every
   * sample was trained exactly once (an epoch).
   *
   * <p>Versions count up from 1 without gaps and each names the one before as its parent. For each
   * partition, ranges touch within an epoch; where the epoch changes, the former has reached the
   * end of the run's bounds and the next begins at their start; where the run changes, the next
   * begins where the former run ended.
   */
  public List<String> verify() {
    List<String> faults = new ArrayList<>(contradictions);
    faults.addAll(new LineageCheck().faultsOf(checkpoints()));
    return faults;
  }

  /**
   * Reads the payload of every version that has one.
   *
   * @return what is wrong with them, one sentence each: chunks that are gone, another sha-256,
   *     other tensors than the spec's, values that are not finite
   */
  public List<String> verifyPayloads(CheckpointReader reader) {
    List<String> faults = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints()) {
      if (checkpoint.getPayload() != null) {
        try {
          reader.read(checkpoint);
        } catch (CorruptCheckpointException e) {
          faults.add(e.getMessage());
        }
      }
    }
    return faults;
  }
}
