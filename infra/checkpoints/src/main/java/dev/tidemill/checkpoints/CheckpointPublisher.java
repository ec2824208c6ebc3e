package dev.tidemill.checkpoints;

import dev.tidemill.engine.StateLayout;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Publishes versions. One transaction contains the chunks, the manifest, dead letters, events,
 * consumed offsets and what retention removes. So a {@code read_committed} reader sees all of a
 * version or nothing.
 *
 * <p>One thread. The caller creates the transactions before it reads the lineage, so a fenced
 * trainer can no longer add to that lineage.
 */
public final class CheckpointPublisher {
  /** Manifests and chunks are ordered, so their topics have one partition. */
  private static final int PARTITION = 0;

  private static final Duration SLACK = Duration.ofMinutes(1);

  /** The assumed minimum write rate of a working broker. */
  private static final long MIN_BYTES_PER_SECOND = 10_000_000;

  /**
   * The most chunks per manifest; the protocol allows 65,536 entries in a record, and a manifest
   * lists every chunk.
   */
  private static final int MAX_CHUNKS = 60_000;

  private final Transactions transactions;
  private final RecordCodec codec;
  private final Topics topics;
  private final int chunkBytes;
  private final Retention retention;
  private final Map<Long, Checkpoint> withPayload = new TreeMap<>();

  /**
   * @param chunkBytes the maximum bytes of one chunk's data
   * @param lineage the committed manifests
   */
  public CheckpointPublisher(
      Transactions transactions,
      RecordCodec codec,
      Topics topics,
      int chunkBytes,
      Retention retention,
      Collection<Checkpoint> lineage) {
    this.transactions = transactions;
    this.codec = codec;
    this.topics = topics;
    this.chunkBytes = chunkBytes;
    this.retention = retention;
    lineage.forEach(this::remember);
  }

  /** Returns how long a version's transaction may be open, which the brokers must allow. */
  public static Duration openAtMost(StateLayout layout) {
    return SLACK.plusSeconds(layout.length() * Float.BYTES / MIN_BYTES_PER_SECOND);
  }

  /**
   * Publishes a version and returns once it is committed. After a failure nothing is committed, and
   * the caller must stop and resume from the log.
   *
   * @return the manifest as written
   * @throws dev.tidemill.messaging.FencedException if a newer trainer has taken over
   * @throws IllegalStateException if the chunks are too small for the state
   */
  public Checkpoint publish(Publication publication) throws Exception {
    requireFewChunks(SafeTensorsImage.of(publication.state(), true));
    List<Checkpoint> removed =
        retention.removable(
            withPayload.values(), publication.manifest().getVersion(), publication.pinned());
    Checkpoint written = transactions.run(producer -> write(producer, publication, removed));
    removed.forEach(manifest -> withPayload.remove(manifest.getVersion()));
    remember(written);
    return written;
  }

  private void requireFewChunks(SafeTensorsImage file) {
    int chunks = file.chunks(chunkBytes);
    if (chunks > MAX_CHUNKS) {
      throw new IllegalStateException(
          ("checkpoint.chunk.bytes=%d splits %d bytes of weights into %d records; the limit is %d:"
                  + " set it to at least %d")
              .formatted(
                  chunkBytes, file.length(), chunks, MAX_CHUNKS, file.length() / MAX_CHUNKS + 1));
    }
  }

  /**
   * Returns the newest version that is wanted, among those whose payload is available and stays so
   * when the next version is published.
   *
   * @param pinned versions whose payload is kept
   */
  public Optional<Checkpoint> newest(Predicate<Checkpoint> wanted, Set<Long> pinned) {
    long next = withPayload.keySet().stream().mapToLong(Long::longValue).max().orElse(0) + 1;
    List<Checkpoint> removed = retention.removable(withPayload.values(), next, pinned);
    return withPayload.values().stream()
        .filter(manifest -> wanted.test(manifest) && !removed.contains(manifest))
        .max(Comparator.comparing(Checkpoint::getVersion));
  }

  /** Returns whether a version's payload is available. */
  public boolean hasPayload(long version) {
    return withPayload.containsKey(version);
  }

  /** Returns the manifest of a version, if its payload is available. */
  public Optional<Checkpoint> withPayload(long version) {
    return Optional.ofNullable(withPayload.get(version));
  }

  /**
   * Removes a version's payload ahead of retention, and returns once that is committed.
   *
   * @param manifest of {@link #withPayload}
   * @throws dev.tidemill.messaging.FencedException if a newer trainer has taken over
   */
  public void removePayload(Checkpoint manifest) throws Exception {
    List<RecordMetadata> unused =
        transactions.run(
            producer -> {
              List<Future<RecordMetadata>> sent = new ArrayList<>();
              removal(manifest).forEach(record -> sent.add(producer.send(record)));
              return acknowledged(producer, sent);
            });
    withPayload.remove(manifest.getVersion());
  }

  private Checkpoint write(
      Producer<byte[], byte[]> producer, Publication publication, List<Checkpoint> removed)
      throws Exception {
    Payload payload = sendChunks(producer, publication);
    Checkpoint manifest = Checkpoint.newBuilder(publication.manifest()).setPayload(payload).build();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    removed.stream().flatMap(this::removal).forEach(record -> sent.add(producer.send(record)));
    publication.deadLetters().forEach(letter -> sent.add(producer.send(letter)));
    publication.events().forEach(event -> sent.add(producer.send(event)));
    ProducerRecord<byte[], byte[]> record = manifestRecord(manifest);
    publication.span().writeTo(record.headers());
    sent.add(producer.send(record));
    List<RecordMetadata> unused = acknowledged(producer, sent);
    producer.sendOffsetsToTransaction(publication.consumed(), publication.group());
    return manifest;
  }

  /**
   * Sends the state in one pass: each chunk is hashed and copied into its record while it is in the
   * CPU cache, and earlier chunks are in flight. The manifest contains the chunks' offsets, so this
   * method waits for their acknowledgements.
   */
  private Payload sendChunks(Producer<byte[], byte[]> producer, Publication publication)
      throws Exception {
    long version = publication.manifest().getVersion();
    SafeTensorsImage file = SafeTensorsImage.of(publication.state(), true);
    MessageDigest sha256 = Sha256.digest();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < file.chunks(chunkBytes); i++) {
      CheckpointChunk chunk = new CheckpointChunk(version, i, file.chunk(i, chunkBytes));
      lengths.add(chunk.getData().remaining());
      sha256.update(chunk.getData().duplicate());
      sent.add(
          producer.send(
              codec.record(topics.checkpointChunks(), PARTITION, chunkKey(version, i), chunk)));
    }
    List<ChunkLocation> locations = new ArrayList<>();
    for (RecordMetadata at : acknowledged(producer, sent)) {
      locations.add(new ChunkLocation(at.partition(), at.offset(), lengths.get(locations.size())));
    }
    return new Payload(file.length(), Sha256.hex(sha256), locations);
  }

  /** Returns the positions of the records, in order, once all are acknowledged. */
  private static List<RecordMetadata> acknowledged(
      Producer<byte[], byte[]> producer, List<Future<RecordMetadata>> sent) throws Exception {
    producer.flush();
    List<RecordMetadata> at = new ArrayList<>();
    for (Future<RecordMetadata> acknowledgement : sent) {
      at.add(acknowledgement.get());
    }
    return at;
  }

  /**
   * Returns the records that remove a payload: a tombstone for each chunk, in the chunk's
   * partition, and the manifest without its payload.
   */
  private Stream<ProducerRecord<byte[], byte[]>> removal(Checkpoint manifest) {
    List<ChunkLocation> chunks = manifest.getPayload().getChunks();
    return Stream.concat(
        IntStream.range(0, chunks.size())
            .mapToObj(
                index ->
                    new ProducerRecord<byte[], byte[]>(
                        topics.checkpointChunks(),
                        chunks.get(index).getPartition(),
                        chunkKey(manifest.getVersion(), index),
                        null)),
        Stream.of(manifestRecord(Checkpoint.newBuilder(manifest).setPayload(null).build())));
  }

  private ProducerRecord<byte[], byte[]> manifestRecord(Checkpoint manifest) {
    return codec.record(
        topics.checkpoints(), PARTITION, bytes(Long.toString(manifest.getVersion())), manifest);
  }

  private void remember(Checkpoint manifest) {
    if (manifest.getPayload() != null) {
      withPayload.put(manifest.getVersion(), manifest);
    }
  }

  private static byte[] chunkKey(long version, int index) {
    return bytes(version + "/" + index);
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}
