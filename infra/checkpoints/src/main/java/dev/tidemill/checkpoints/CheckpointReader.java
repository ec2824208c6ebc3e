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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Reads the bytes of versions. It seeks directly to the chunks that a manifest names. It trusts no
 * byte until the SHA-256, names, shapes and values are checked. Bytes go into the state as they are
 * fetched, while a second thread hashes and checks them. Besides the state, a read needs memory for
 * a few chunks. One thread at a time.
 */
public final class CheckpointReader implements AutoCloseable {
  private static final Duration CHUNK_TIMEOUT = Duration.ofSeconds(15);

  private final ChunkLog chunks;
  private final ExecutorService hashing =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "tidemill-hashing");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Creates a reader with an existing consumer.
   *
   * @param consumer a seeking consumer; this reader closes it
   */
  public CheckpointReader(
      Consumer<byte[], ByteBuffer> consumer,
      RecordCodec codec,
      Topics topics,
      Duration chunkTimeout) {
    this.chunks = new ChunkLog(consumer, codec, topics.checkpointChunks(), chunkTimeout);
  }

  public static CheckpointReader open(
      KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    return new CheckpointReader(clients.seekingConsumer(clientId), codec, topics, CHUNK_TIMEOUT);
  }

  /**
   * Returns the state of a version in newly allocated memory.
   *
   * @throws CorruptCheckpointException if the payload was removed or is corrupt
   * @throws org.apache.kafka.common.errors.TimeoutException if no broker answers
   */
  public ModelState read(Checkpoint manifest) {
    return receive(manifest, TensorTarget::fresh).state();
  }

  /**
   * Returns the weights of a version for inference, in newly allocated memory. The state's spec has
   * no optimizer state. {@link #readInto} loads later versions into it.
   *
   * @throws CorruptCheckpointException if the payload was removed or is corrupt
   */
  public ModelState readWeights(Checkpoint manifest) {
    long unused = checkedLength(manifest);
    ModelSpec spec = ModelSpec.parse(manifest.getSpec());
    OptimizerSpec stateless =
        new OptimizerSpec.Sgd(spec.optimizer().learningRate(), 0, 0, false, 0);
    ModelState state = ModelState.allocate(spec.withOptimizer(stateless));
    readInto(manifest, state);
    return state;
  }

  /**
   * Reads a version into a state of the same network, without allocating memory of its size. After
   * a failure the content of the state is undefined.
   *
   * @throws CorruptCheckpointException if the payload was removed or is corrupt
   */
  public void readInto(Checkpoint manifest, ModelState state) {
    TensorTarget unused = receive(manifest, header -> TensorTarget.given(header, state));
  }

  private TensorTarget receive(Checkpoint manifest, Function<TensorHeader, TensorTarget> target) {
    long length = checkedLength(manifest);
    long version = manifest.getVersion();
    PayloadIntake intake = new PayloadIntake(version, length, target, hashing);
    try {
      chunks.read(version, manifest.getPayload().getChunks(), intake);
    } finally {
      // Even after a failure, no other thread may still write to the caller's state.
      intake.await();
    }
    return intake.finish(manifest.getPayload().getSha256());
  }

  /** Returns the length of the whole file in bytes. */
  private static long checkedLength(Checkpoint manifest) {
    Payload payload = manifest.getPayload();
    if (payload == null) {
      throw new CorruptCheckpointException(
          manifest.getVersion(), "a payload", "none: retention has removed it");
    }
    long bytes = 0;
    for (ChunkLocation chunk : payload.getChunks()) {
      bytes += Math.max(0, chunk.getBytes());
    }
    long limit = maxBytes(manifest);
    if (bytes != payload.getBytes() || bytes > limit) {
      throw new CorruptCheckpointException(
          manifest.getVersion(),
          "chunks that add up to the payload's " + payload.getBytes() + " bytes, at most " + limit,
          bytes + " bytes");
    }
    return bytes;
  }

  /**
   * Returns the most bytes that the spec's tensors can need, so that a hostile manifest cannot
   * claim more.
   */
  private static long maxBytes(Checkpoint manifest) {
    try {
      long floats = Network.of(ModelSpec.parse(manifest.getSpec())).stateLayout().length();
      return Long.BYTES + TensorHeader.MAX_BYTES + floats * Float.BYTES;
    } catch (InvalidSpecException e) {
      throw new CorruptCheckpointException(
          manifest.getVersion(), "a valid spec in the manifest", String.valueOf(e.getMessage()));
    }
  }

  /** Ends a waiting read with Kafka's WakeupException. Any thread. */
  public void wakeUp() {
    chunks.wakeUp();
  }

  @Override
  public void close() {
    hashing.shutdown();
    chunks.close();
  }
}
