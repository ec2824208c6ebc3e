package dev.tidemill.dashboard.feed;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Topics;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Compares the weights of two versions, tensor by tensor, when it is asked. It refuses large
 * payloads, and a second comparison at the same time, so that the dashboard stays small whoever
 * asks. Any thread.
 */
public final class WeightComparison {
  /** The dashboard holds the weights of two versions, while it compares them. */
  private static final long MOST_BYTES = 64L << 20;

  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;
  private final String clientId;
  private final ReentrantLock comparing = new ReentrantLock();
  private @Nullable Compared last;

  public WeightComparison(KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
    this.clientId = clientId;
  }

  /**
   * Returns the L2 norms of all parameters and buffers that one of the versions has.
   *
   * @throws IllegalArgumentException if a payload was removed or is too large
   * @throws IllegalStateException if another comparison is running
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if a payload is corrupt
   */
  public List<TensorNorms> compare(Checkpoint from, Checkpoint to) {
    requireReadable(from);
    requireReadable(to);
    if (!comparing.tryLock()) {
      throw new IllegalStateException("another comparison is running; try again in a moment");
    }
    try {
      String key = digest(from) + digest(to);
      Compared before = last;
      if (before != null && before.key().equals(key)) {
        return before.norms();
      }
      List<TensorNorms> norms = read(from, to);
      last = new Compared(key, norms);
      return norms;
    } finally {
      comparing.unlock();
    }
  }

  private List<TensorNorms> read(Checkpoint from, Checkpoint to) {
    try (CheckpointReader reader = CheckpointReader.open(clients, codec, topics, clientId)) {
      return norms(reader.readWeights(from), reader.readWeights(to));
    }
  }

  private static String digest(Checkpoint manifest) {
    return Objects.requireNonNull(manifest.getPayload()).getSha256();
  }

  private static void requireReadable(Checkpoint manifest) {
    if (manifest.getPayload() == null) {
      throw new IllegalArgumentException(
          "retention has removed the weights of version " + manifest.getVersion());
    }
    long bytes = Math.max(manifest.getPayload().getBytes(), weightBytes(manifest));
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "version %d has %d bytes; the page compares versions of up to %d bytes"
              .formatted(manifest.getVersion(), bytes, MOST_BYTES));
    }
  }

  /** What the spec asks for: a manifest may say less of its payload than its spec needs. */
  private static long weightBytes(Checkpoint manifest) {
    try {
      return Network.of(ModelSpec.parse(manifest.getSpec())).stateLayout().parameterLength()
          * Float.BYTES;
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException(
          "the spec of version " + manifest.getVersion() + " is invalid: " + e.getMessage(), e);
    }
  }

  private static List<TensorNorms> norms(ModelState from, ModelState to) {
    Map<String, StateLayout.Slice> before = new HashMap<>();
    from.layout().slices().forEach(slice -> before.put(slice.name(), slice));
    List<TensorNorms> norms = new ArrayList<>();
    for (StateLayout.Slice slice : to.layout().slices()) {
      StateLayout.Slice old = before.remove(slice.name());
      FloatBuffer values = to.data(slice).asFloatBuffer();
      FloatBuffer oldValues = old == null ? null : from.data(old).asFloatBuffer();
      norms.add(
          new TensorNorms(
              slice.name(),
              slice.shape(),
              oldValues == null ? null : norm(oldValues),
              norm(values),
              old != null && oldValues != null && old.shape().equals(slice.shape())
                  ? distance(oldValues, values)
                  : null));
    }
    for (StateLayout.Slice slice : from.layout().slices()) {
      if (before.containsKey(slice.name())) {
        double norm = norm(from.data(slice).asFloatBuffer());
        norms.add(new TensorNorms(slice.name(), slice.shape(), norm, null, null));
      }
    }
    return norms;
  }

  private static double norm(FloatBuffer values) {
    double squares = 0;
    for (int i = 0; i < values.limit(); i++) {
      double value = values.get(i);
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double distance(FloatBuffer a, FloatBuffer b) {
    double squares = 0;
    for (int i = 0; i < a.limit(); i++) {
      double difference = (double) a.get(i) - b.get(i);
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }

  private record Compared(String key, List<TensorNorms> norms) {}

  /**
   * L2 norms of one parameter or buffer.
   *
   * @param from its norm in the first version; null if that has no such tensor
   * @param to its norm in the second version; null if that has no such tensor
   * @param difference norm of the difference; null if the shapes differ
   */
  public record TensorNorms(
      String tensor,
      List<Integer> shape,
      @Nullable Double from,
      @Nullable Double to,
      @Nullable Double difference) {}
}
