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
 * Reads the bytes of versions: seeks straight to the chunks that a manifest names, and believes
 * nothing of them before sha-256, names, shapes and values are checked. They go into the state as
 * they are fetched, while a thread of this reader hashes and checks them; besides the state, a read
 * takes memory for a few chunks. One thread at a time.
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
   * With a consumer of the caller's making.
   *
   * @param consumer one for seeking; owned from here on
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
   * The state of a version, in memory of its own.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
   * @throws org.apache.kafka.common.errors.TimeoutException if no broker answers
   */
  public ModelState read(Checkpoint manifest) {
    return receive(manifest, TensorTarget::fresh).state();
  }

  /**
   * The weights of a version in memory of their own, for answering: a state without the optimizer's
   * part, whose spec says so. {@link #readInto} takes later versions into it.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
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
   * a failure the state holds anything.
   *
   * @throws CorruptCheckpointException if the payload was removed, or is not what it should be
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
      // Whoever gets the state back, even after a failure, has it alone.
      intake.await();
    }
    return intake.finish(manifest.getPayload().getSha256());
  }

  /** Bytes of the whole file. */
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
    long most = mostBytes(manifest);
    if (bytes != payload.getBytes() || bytes > most) {
      throw new CorruptCheckpointException(
          manifest.getVersion(),
          "chunks that add up to the payload's " + payload.getBytes() + " bytes, at most " + most,
          bytes + " bytes");
    }
    return bytes;
  }

  /** What the spec's tensors need at most, so that a hostile manifest cannot ask for more. */
  private static long mostBytes(Checkpoint manifest) {
    try {
      long floats = Network.of(ModelSpec.parse(manifest.getSpec())).stateLayout().length();
      return Long.BYTES + TensorHeader.MAX_BYTES + floats * Float.BYTES;
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
    hashing.shutdown();
    chunks.close();
  }
}
