package dev.tidemill.checkpoints;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lineage of a model: the newest version, the versions whose payload is kept, and the faults of
 * the chain. It does not hold the other versions; {@link ManifestLog} streams those. Immutable.
 */
public final class Lineage {
  private final @Nullable Checkpoint newest;
  private final NavigableMap<Long, Checkpoint> withPayload;
  private final List<String> contradictions;
  private final List<String> malformed;
  private final List<String> all;
  private final Optional<String> malformedEnd;
  private final long versions;
  private final long refusedRecords;

  Lineage(LineageFold fold, @Nullable Checkpoint newest) {
    this.newest = newest;
    this.withPayload = fold.withPayload();
    this.contradictions = fold.contradictions().sentences();
    this.malformed = fold.malformed().sentences();
    this.malformedEnd = fold.malformedEnd();
    this.versions = fold.versions();
    this.refusedRecords = fold.refusedRecords();
    FaultList chain = new FaultList();
    chain.addAll(fold.contradictions());
    chain.addAll(fold.faults());
    List<String> sentences = new ArrayList<>(chain.sentences());
    sentences.addAll(malformed);
    this.all = List.copyOf(sentences);
  }

  /**
   * Reads all manifests that are committed now, up to the high watermark.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's transaction stays
   *     open on the topic
   * @throws org.apache.kafka.common.errors.TimeoutException if reading makes no progress
   */
  public static Lineage read(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    LineageFold fold = new LineageFold();
    ManifestLog.of(clients, codec, topics, clientId).read(fold::add, fold::addMalformed);
    return fold.finish();
  }

  /** Builds a lineage from manifests in the order in which they were written. */
  public static Lineage of(List<Checkpoint> inLogOrder) {
    LineageFold fold = new LineageFold();
    for (int offset = 0; offset < inLogOrder.size(); offset++) {
      fold.add(new Manifest(offset, inLogOrder.get(offset)));
    }
    return fold.finish();
  }

  /** Returns the highest version. */
  public Optional<Checkpoint> newest() {
    return Optional.ofNullable(newest);
  }

  /** Returns the versions whose payload is kept, by ascending version. */
  public List<Checkpoint> withPayload() {
    return List.copyOf(withPayload.values());
  }

  /** Returns a version if its payload is kept. */
  public Optional<Checkpoint> withPayload(long version) {
    return Optional.ofNullable(withPayload.get(version));
  }

  /** Returns the number of versions. */
  public long versions() {
    return versions;
  }

  /** Returns how many records of all versions became dead letters. */
  public long refusedRecords() {
    return refusedRecords;
  }

  /**
   * Returns all faults of the chain, one sentence each, with versions and offsets. Empty if, since
   * each root, every sample was trained exactly once per epoch. Beyond a thousand faults, it only
   * counts them.
   *
   * <p>The rules:
   *
   * <ul>
   *   <li>Versions count up from 1 without gaps, and each names the previous one as its parent.
   *   <li>All versions have the same model, topic and topic id.
   *   <li>In each partition, the first range begins at offset 0.
   *   <li>Within an epoch, ranges touch.
   *   <li>At a new epoch, the previous epoch has reached the end of the run's bounds, and the next
   *       one begins at their start.
   *   <li>At a new run, the next range begins where the previous run ended.
   *   <li>A run's bounds begin where they did in the previous version, or after a gap from there.
   *   <li>A recorded gap excuses exactly the offsets that it names.
   *   <li>A version's positions are where its ranges and gaps end.
   *   <li>A restart names a position in each of the version's partitions, none after the version's.
   *       The next version begins exactly there, and is a root. Every other version has its
   *       parent's root.
   * </ul>
   */
  public List<String> verify() {
    return all;
  }

  /**
   * Returns the contradictions, which forbid a trainer to continue: a version with two different
   * contents or written again, a wrong parent, another model, topic or topic id. They show that two
   * lineages exist, or that another program writes to the topic.
   */
  public List<String> contradictions() {
    return contradictions;
  }

  /** Returns the records that are not manifests, by ascending offset. */
  public List<String> malformed() {
    return malformed;
  }

  /**
   * Returns the last record if it is not a manifest. The newest version is then unknown, and no
   * trainer may continue from the previous one.
   */
  public Optional<String> malformedEnd() {
    return malformedEnd;
  }
}
