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
 * What the committed manifests of a model add up to: the newest version, the versions whose payload
 * is kept, and what is wrong with the chain. It does not hold the other versions: {@link
 * ManifestLog} streams those. Immutable.
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
   * Reads all manifests that are committed now, to the high watermark.
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

  /** For manifests that were read otherwise, in the order in which they were written. */
  public static Lineage of(List<Checkpoint> inLogOrder) {
    LineageFold fold = new LineageFold();
    for (int offset = 0; offset < inLogOrder.size(); offset++) {
      fold.add(new Manifest(offset, inLogOrder.get(offset)));
    }
    return fold.finish();
  }

  /** The highest version. */
  public Optional<Checkpoint> newest() {
    return Optional.ofNullable(newest);
  }

  /** The versions whose payload is kept, by ascending version. */
  public List<Checkpoint> withPayload() {
    return List.copyOf(withPayload.values());
  }

  /** A version whose payload is kept. */
  public Optional<Checkpoint> withPayload(long version) {
    return Optional.ofNullable(withPayload.get(version));
  }

  /** How many versions there are. */
  public long versions() {
    return versions;
  }

  /** Records of all versions that became dead letters. */
  public long refusedRecords() {
    return refusedRecords;
  }

  /**
   * Everything that is wrong with the chain, one sentence each, naming versions and offsets; empty
   * if every sample was trained exactly once (an epoch). After a thousand sentences the others are
   * counted.
   *
   * <p>Versions count up from 1 without gaps and each names the one before as its parent. All are
   * of one model and one topic with one id. For each partition, the first range begins at offset 0.
   * Ranges touch within an epoch; where the epoch changes, the former has reached the end of the
   * run's bounds and the next begins at their start; where the run changes, the next begins where
   * the former run ended. A run's bounds begin where they did in the version before, or behind a
   * gap from there. A recorded gap excuses exactly the offsets that it names. A version's positions
   * are where its ranges and gaps end.
   */
  public List<String> verify() {
    return all;
  }

  /**
   * The faults that no trainer may add to: a version that was written in two ways or written again,
   * a parent that is another, another model, topic or topic id. There are two lineages, or another
   * writer than a trainer.
   */
  public List<String> contradictions() {
    return contradictions;
  }

  /** Records that are no manifests, by ascending offset. */
  public List<String> malformed() {
    return malformed;
  }

  /**
   * The last record, if it is no manifest: then the newest version is not known, and no trainer may
   * continue from the one before.
   */
  public Optional<String> malformedEnd() {
    return malformedEnd;
  }
}
