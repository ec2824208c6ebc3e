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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes versions: chunks, manifest, dead letters, consumed offsets and what retention removes, all
 * in one transaction, so that whoever reads committed records sees all of a version or nothing.
 *
 * <p>One thread. The transactions' owner made them before it read the lineage: a trainer that this
 * one has fenced can then no longer add to it.
 */
public final class CheckpointPublisher {
  /** Manifests and chunks have an order, so their topics have one partition. */
  private static final int PARTITION = 0;

  private static final Duration LATE = Duration.ofMinutes(1);

  /** A broker that takes less than this is out of order. */
  private static final long SLOWEST_BYTES_PER_SECOND = 10_000_000;

  /** A manifest names every chunk, and no record may have more entries than 65,536. */
  private static final int MOST_CHUNKS = 60_000;

  private final Transactions transactions;
  private final RecordCodec codec;
  private final Topics topics;
  private final int chunkBytes;
  private final Retention retention;
  private final Map<Long, Checkpoint> withPayload = new TreeMap<>();

  /**
   * @param chunkBytes most bytes of one chunk's data
   * @param lineage the manifests that are committed
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

  /** How long a version's transaction may be open, for brokers to allow. */
  public static Duration openAtMost(StateLayout layout) {
    return LATE.plusSeconds(layout.length() * Float.BYTES / SLOWEST_BYTES_PER_SECOND);
  }

  /**
   * Publishes a version and returns once it is committed. After a failure nothing of it is, and the
   * owner has to end: it begins again with what the log says.
   *
   * @return the manifest as it was written
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
    if (chunks > MOST_CHUNKS) {
      throw new IllegalStateException(
          ("checkpoint.chunk.bytes=%d cuts %d bytes of weights into %d records; the limit is %d:"
                  + " set it to at least %d")
              .formatted(
                  chunkBytes, file.length(), chunks, MOST_CHUNKS, file.length() / MOST_CHUNKS + 1));
    }
  }

  /** Whether a version's bytes are there to be served. */
  public boolean hasPayload(long version) {
    return withPayload.containsKey(version);
  }

  private Checkpoint write(
      Producer<byte[], byte[]> producer, Publication publication, List<Checkpoint> removed)
      throws Exception {
    Payload payload = sendChunks(producer, publication);
    Checkpoint manifest = Checkpoint.newBuilder(publication.manifest()).setPayload(payload).build();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    removed.stream().flatMap(this::removal).forEach(record -> sent.add(producer.send(record)));
    publication.deadLetters().forEach(letter -> sent.add(producer.send(letter)));
    sent.add(producer.send(manifestRecord(manifest)));
    List<RecordMetadata> unused = acknowledged(producer, sent);
    producer.sendOffsetsToTransaction(publication.consumed(), publication.group());
    return manifest;
  }

  /**
   * One pass over the state: a chunk is hashed and copied into its record while it is in the cache,
   * and earlier ones are on their way. The manifest says where the chunks stand, so their
   * acknowledgements are waited for first.
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

  /** Where the records stand, in their order; returns when all do. */
  private static List<RecordMetadata> acknowledged(
      Producer<byte[], byte[]> producer, List<Future<RecordMetadata>> sent) throws Exception {
    producer.flush();
    List<RecordMetadata> at = new ArrayList<>();
    for (Future<RecordMetadata> acknowledgement : sent) {
      at.add(acknowledgement.get());
    }
    return at;
  }

  /** A tombstone for each chunk, where the chunk stands, and the manifest without payload. */
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
