package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Chooses the number of threads for a step by measurement. It tries 1, 2, 4 and so on with
 * gradients of all-zero samples, and stops when doubling is no longer clearly faster. Parameters do
 * not change. It respects a container's CPU quota, because the quota limits the processors that
 * Java reports.
 */
public final class ThreadChoice {
  private static final double MIN_SPEEDUP = 1.2;
  private static final long BUDGET_NANOSECONDS = 250_000_000;
  private static final int MIN_ROUNDS = 3;
  private static final int MAX_ROUNDS = 50;
  // Each thread has its own gradient.
  private static final long MAX_GRADIENT_BYTES = 512L << 20;

  private final ShardedGradient gradient;
  private final int maxThreads;
  private final long nanosecondsPerComparison;
  private final TensorBatch zeros = new TensorBatch();
  private final TrainingPass pass = new TrainingPass();

  public ThreadChoice(ShardedGradient gradient, Network network) {
    this.gradient = gradient;
    int processors = Runtime.getRuntime().availableProcessors();
    TrainingSpec training = network.spec().training();
    int batchSize =
        training.fullBatch() ? processors * gradient.shards().maxSize() : training.batchSize();
    long memory = MAX_GRADIENT_BYTES / Float.BYTES / Math.max(1, network.parameterCount());
    int shards = gradient.shards().count(batchSize);
    maxThreads = (int) Math.max(1, Math.min(memory, Math.min(processors, shards)));
    int doublings = Integer.SIZE - Integer.numberOfLeadingZeros(maxThreads);
    nanosecondsPerComparison = BUDGET_NANOSECONDS / doublings;
    if (maxThreads > 1) {
      zeros.add(
          ElementType.UINT8,
          zeros(batchSize, network.inputLength()),
          1,
          0,
          network.classLabels() > 0 ? ElementType.INT32 : ElementType.FLOAT32,
          zeros(batchSize, network.labelsPerSample() * Float.BYTES),
          0,
          batchSize);
    }
  }

  private static ByteBuffer zeros(int samples, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(samples, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the best number of threads, limited by the processors and the shards. */
  public int best() {
    int best = 1;
    while (best < maxThreads) {
      int more = Math.min(2 * best, maxThreads);
      gradient.threads(more);
      if (!isFaster(best, more)) {
        break;
      }
      best = more;
    }
    return best;
  }

  /** Alternates the two measurements, so that a disturbance affects both. */
  private boolean isFaster(int fewer, int more) {
    long[] fewerTimes = new long[MAX_ROUNDS];
    long[] moreTimes = new long[MAX_ROUNDS];
    long end = System.nanoTime() + nanosecondsPerComparison;
    int rounds = 0;
    while (rounds < MIN_ROUNDS || (rounds < MAX_ROUNDS && System.nanoTime() < end)) {
      fewerTimes[rounds] = time(fewer);
      moreTimes[rounds] = time(more);
      rounds++;
    }
    return median(fewerTimes, rounds) > MIN_SPEEDUP * median(moreTimes, rounds);
  }

  private long time(int threads) {
    gradient.useAtMost(threads);
    long begin = System.nanoTime();
    gradient.of(zeros, pass, zeros.size());
    return System.nanoTime() - begin;
  }

  private static long median(long[] times, int count) {
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }
}
