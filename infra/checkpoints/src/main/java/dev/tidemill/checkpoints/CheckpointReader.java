package dev.tidemill.checkpoints;

import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ChunkLocation;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Reads the bytes of versions: seeks straight to the chunks that a manifest names, and believes
 * nothing of them before sha-256, names, shapes and values are checked. Holds one file's bytes,
 * outside the heap, which the next read uses again. One thread at a time.
 */
public final class CheckpointReader implements AutoCloseable {
  private static final Duration CHUNK_TIMEOUT = Duration.ofSeconds(15);

  private final ChunkLog chunks;
  private ByteBuffer memory = ByteBuffer.allocate(0);

  /**
   * With a consumer of the caller's making.
   *
   * @param consumer one for seeking; owned from here on
   */
  public CheckpointReader(
      Consumer<byte[], byte[]> consumer, RecordCodec codec, Topics topics, Duration chunkTimeout) {
    this.chunks = new ChunkLog(consumer, codec, topics.checkpointChunks(), chunkTimeout);
  }

  public static CheckpointReader open(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new CheckpointReader(clients.seekingConsumer(clientId), codec, topics, CHUNK_TIMEOUT);
  }

  /**
   * The state of a version, in memory of its own.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
   */
  public ModelState read(Checkpoint manifest) {
    ByteBuffer file = bytes(manifest);
    try {
      ModelState state = SafeTensors.read(file);
      SafeTensors.checkFinite(state);
      return state;
    } catch (MalformedSafeTensorsException e) {
      throw new CorruptCheckpointException(manifest.getVersion(), e);
    }
  }

  /**
   * The weights of a version in memory of their own, for answering: a state without the optimizer's
   * part, whose spec says so. {@link #readInto} takes later versions into it.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
   */
  public ModelState readWeights(Checkpoint manifest) {
    ByteBuffer file = bytes(manifest);
    ModelSpec spec = ModelSpec.parse(manifest.getSpec());
    OptimizerSpec stateless =
        new OptimizerSpec.Sgd(spec.optimizer().learningRate(), 0, 0, false, 0);
    ModelState state = ModelState.allocate(spec.withOptimizer(stateless));
    take(manifest, file, state);
    return state;
  }

  /**
   * Reads a version into a state of the same network, without allocating when it has read one as
   * large before. After a failure the state holds anything.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
   */
  public void readInto(Checkpoint manifest, ModelState state) {
    take(manifest, bytes(manifest), state);
  }

  private static void take(Checkpoint manifest, ByteBuffer file, ModelState state) {
    try {
      SafeTensors.readInto(file, state);
      SafeTensors.checkFinite(state);
    } catch (MalformedSafeTensorsException e) {
      throw new CorruptCheckpointException(manifest.getVersion(), e);
    }
  }

  /**
   * The file of a version, its sha-256 checked.
   *
   * @return a view of this reader's memory: valid until the next read
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
   * @throws org.apache.kafka.common.errors.TimeoutException if no broker answers
   */
  public ByteBuffer bytes(Checkpoint manifest) {
    Payload payload = manifest.getPayload();
    if (payload == null) {
      throw new CorruptCheckpointException(
          manifest.getVersion(), "a payload", "none: retention has removed it");
    }
    ByteBuffer file = memoryFor(manifest, payload);
    chunks.read(manifest.getVersion(), payload.getChunks(), file);
    file.flip();
    String sha256 = Sha256.of(file);
    if (!sha256.equals(payload.getSha256())) {
      throw new CorruptCheckpointException(
          manifest.getVersion(), "sha-256 " + payload.getSha256(), sha256);
    }
    return file;
  }

  private ByteBuffer memoryFor(Checkpoint manifest, Payload payload) {
    long bytes = 0;
    for (ChunkLocation chunk : payload.getChunks()) {
      bytes += Math.max(0, chunk.getBytes());
    }
    long most = mostBytes(manifest);
    if (bytes != payload.getBytes() || bytes > most) {
      throw new CorruptCheckpointException(
          manifest.getVersion(),
          "chunks that add up to the payload's " + payload.getBytes() + " bytes, at most " + most,
          bytes + " bytes");
    }
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return memory.clear().limit((int) bytes);
  }

  /** What the spec's tensors need at most, so that a hostile manifest cannot ask for more. */
  private static long mostBytes(Checkpoint manifest) {
    try {
      long floats = Network.of(ModelSpec.parse(manifest.getSpec())).stateLayout().length();
      return Math.min(
          Integer.MAX_VALUE, Long.BYTES + TensorFile.MAX_HEADER_BYTES + floats * Float.BYTES);
    } catch (InvalidSpecException e) {
      throw new CorruptCheckpointException(
          manifest.getVersion(), "a valid spec in the manifest", String.valueOf(e.getMessage()));
    }
  }

  /** Any thread: ends a read that waits, with Kafka's WakeupException. */
  public void wakeUp() {
    chunks.wakeUp();
  }

  @Override
  public void close() {
    chunks.close();
  }
}
