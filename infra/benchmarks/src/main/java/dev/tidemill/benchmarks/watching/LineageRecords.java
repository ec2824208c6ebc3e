package dev.tidemill.benchmarks.watching;

import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.ReadPosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A lineage of tiny versions, as a trainer writes it with {@code checkpoint.keep}: each version's
 * chunk and manifest, and for each version that retention reaches, a tombstone and the manifest
 * without its payload. So each step has one record for both topics. A transaction for each version
 * would limit the rate, so there is none.
 */
final class LineageRecords {
  private static final int KEPT = 10;
  private static final int PARTITION = 0;
  private static final String SPEC =
      """
      name: tiny
      input: {shape: [%d]}
      layers:
        - {type: linear, name: fc1, out_features: %d}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.1}
      """
          .formatted(TrainingRecords.FEATURES, TrainingRecords.CLASSES);

  private final ModelContext context;
  private final String batchesId;
  private final ByteBuffer weights;
  private final String digest;
  private final Deque<Checkpoint> withPayload = new ArrayDeque<>();
  private long steps;
  private long newest;
  private long position;

  /**
   * @param context of a model without versions
   * @param batchesId id of the topic {@code batches}
   */
  LineageRecords(ModelContext context, String batchesId) {
    this.context = context;
    this.batchesId = batchesId;
    this.weights = SafeTensors.write(ModelState.allocate(ModelSpec.parse(SPEC)), true);
    this.digest = sha256(weights);
  }

  private static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.duplicate());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  long newest() {
    return newest;
  }

  /**
   * Returns the next record of the chunks topic, and of the manifests' topic, in this order.
   *
   * @param batches offset after the newest batch, each with one sample
   * @param contract the contract's version that they name
   */
  List<ProducerRecord<byte[], byte[]>> next(long batches, int contract, Instant now) {
    // All records of both topics are from here, so a step's number is its offset.
    long offset = steps++;
    if (withPayload.size() > KEPT) {
      Checkpoint removed = withPayload.remove();
      return List.of(
          new ProducerRecord<>(
              context.topics().checkpointChunks(), PARTITION, chunkKey(removed.getVersion()), null),
          manifest(Checkpoint.newBuilder(removed).setPayload(null).build()));
    }
    Checkpoint published = version(++newest, batches, contract, offset, now);
    position = batches;
    withPayload.add(published);
    return List.of(
        context
            .codec()
            .record(
                context.topics().checkpointChunks(),
                PARTITION,
                chunkKey(newest),
                new CheckpointChunk(newest, 0, weights.duplicate())),
        manifest(published));
  }

  private Checkpoint version(
      long version, long batches, int contract, long chunkOffset, Instant now) {
    ChunkLocation chunk = new ChunkLocation(PARTITION, chunkOffset, weights.remaining());
    return Checkpoint.newBuilder()
        .setModel(context.model())
        .setVersion(version)
        .setParent(version == 1 ? null : version - 1)
        .setSpec(SPEC)
        .setContract(contract)
        .setEngine("none")
        .setTopic(context.topics().batches())
        .setTopicId(batchesId)
        .setRanges(List.of(new OffsetRange(0, 1, position, 0, batches, 0)))
        .setPositions(List.of(new ReadPosition(0, 1, batches, 0)))
        .setSteps(batches)
        .setSamples(batches)
        .setLoss(0.1)
        .setAccuracy(0.9)
        .setPayload(new Payload((long) weights.remaining(), digest, List.of(chunk)))
        .setCreatedAt(now)
        .setWorker("trainer-1")
        .build();
  }

  private ProducerRecord<byte[], byte[]> manifest(Checkpoint manifest) {
    return context
        .codec()
        .record(
            context.topics().checkpoints(),
            PARTITION,
            Long.toString(manifest.getVersion()).getBytes(StandardCharsets.UTF_8),
            manifest);
  }

  private static byte[] chunkKey(long version) {
    return (version + "/0").getBytes(StandardCharsets.UTF_8);
  }
}
