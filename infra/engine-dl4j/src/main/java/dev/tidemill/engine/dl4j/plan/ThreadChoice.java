package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How many threads a step is worth: 1, 2, 4 and so on are tried on gradients of zeros, and more of
 * them are taken only while they make it clearly faster. No parameter is touched. A container's CPU
 * quota is respected, since it bounds the processors that Java sees.
 */
public final class ThreadChoice {
  private static final double CLEARLY = 1.2;
  private static final long NANOSECONDS = 250_000_000;
  private static final int FEWEST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 50;
  // Each thread has a gradient of its own.
  private static final long MOST_GRADIENT_BYTES = 512L << 20;

  private final ShardedGradient gradient;
  private final int most;
  private final long nanosecondsEach;
  private final TensorBatch zeros = new TensorBatch();
  private final TrainingPass pass = new TrainingPass();

  public ThreadChoice(ShardedGradient gradient, Network network) {
    this.gradient = gradient;
    int processors = Runtime.getRuntime().availableProcessors();
    TrainingSpec training = network.spec().training();
    int batchSize =
        training.fullBatch() ? processors * gradient.shards().maxSize() : training.batchSize();
    long memory = MOST_GRADIENT_BYTES / Float.BYTES / Math.max(1, network.parameterCount());
    int shards = gradient.shards().count(batchSize);
    most = (int) Math.max(1, Math.min(memory, Math.min(processors, shards)));
    int doublings = Integer.SIZE - Integer.numberOfLeadingZeros(most);
    nanosecondsEach = NANOSECONDS / doublings;
    if (most > 1) {
      zeros.add(
          ElementType.UINT8,
          zeros(batchSize, network.inputLength()),
          1,
          0,
          network.spec().loss() == LossType.CROSS_ENTROPY ? ElementType.INT32 : ElementType.FLOAT32,
          zeros(batchSize, network.labelsPerSample() * Float.BYTES),
          0,
          batchSize);
    }
  }

  private static ByteBuffer zeros(int samples, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(samples, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The best number, up to the processors and the shards there are. */
  public int best() {
    int best = 1;
    while (best < most) {
      int more = Math.min(2 * best, most);
      gradient.threads(more);
      if (!faster(best, more)) {
        break;
      }
      best = more;
    }
    return best;
  }

  /** In turn, so that what disturbs one disturbs the other. */
  private boolean faster(int fewer, int more) {
    long[] ofFewer = new long[MOST_ROUNDS];
    long[] ofMore = new long[MOST_ROUNDS];
    long end = System.nanoTime() + nanosecondsEach;
    int rounds = 0;
    while (rounds < FEWEST_ROUNDS || (rounds < MOST_ROUNDS && System.nanoTime() < end)) {
      ofFewer[rounds] = time(fewer);
      ofMore[rounds] = time(more);
      rounds++;
    }
    return median(ofFewer, rounds) > CLEARLY * median(ofMore, rounds);
  }

  private long time(int threads) {
    gradient.useAtMost(threads);
    long begin = System.nanoTime();
    gradient.of(zeros, pass);
    return System.nanoTime() - begin;
  }

  private static long median(long[] times, int count) {
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }
}
