package dev.tidemill.engine.dl4j.plan;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.loss.Loss;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a batch, computed shard by shard: each thread takes the next shard that nobody
 * has, and what they found is added up in the order of the shards. So the sum is the same, to the
 * bit, however many threads there are. One caller at a time.
 */
public final class ShardedGradient implements AutoCloseable {
  private final Network network;
  private final StateMemory state;
  private final Shards shards;
  private final List<ShardWorker> workers = new ArrayList<>();
  private final StepMetrics metrics = new StepMetrics();
  private final AtomicInteger next = new AtomicInteger();
  private final TurnCounter turns = new TurnCounter();
  // Where nothing is ever added up, it is not there.
  private @Nullable FlatMemory sum;
  private Team team;
  private int working = 1;

  // What is being computed; the team's threads see it since they waited for the work to begin.
  private TensorBatch batch = new TensorBatch();
  private TrainingPass pass = new TrainingPass();
  private double total;
  private int count;
  private long firstTurn;
  private volatile @Nullable Throwable failure;

  public ShardedGradient(Network network, StateMemory state) {
    this.network = network;
    this.state = state;
    shards = new Shards(network);
    workers.add(new ShardWorker(network, state));
    team = new Team(1, this::work);
  }

  /** How batches are cut. */
  Shards shards() {
    return shards;
  }

  /** The worker of the calling thread. */
  ShardWorker ownWorker() {
    return workers.get(0);
  }

  /** Samples, losses and right answers of what was computed last. */
  public StepMetrics metrics() {
    return metrics;
  }

  /** How many threads compute from now on. */
  public void threads(int threads) {
    team.close();
    while (workers.size() > threads) {
      workers.remove(workers.size() - 1).close();
    }
    while (workers.size() < threads) {
      workers.add(new ShardWorker(network, state));
    }
    team = new Team(threads, this::work);
    working = threads;
  }

  /** Leaves some of the threads idle until {@link #threads} is called again. */
  void useAtMost(int threads) {
    working = threads;
  }

  /** Makes the plans that a batch of some size will need. */
  public void prepare(int batchSize) {
    if (batchSize == TrainingSpec.FULL_BATCH) {
      return;
    }
    for (ShardWorker worker : workers) {
      worker.plan(shards.size(batchSize, 0));
      worker.plan(shards.size(batchSize, shards.count(batchSize) - 1));
    }
    if (shards.count(batchSize) > 1) {
      sum();
    }
  }

  /**
   * The gradient of a batch's mean loss.
   *
   * @return until the next call
   */
  public Floats of(TensorBatch samples, TrainingPass where) {
    if (shards.count(samples.size()) > 1) {
      add(samples, where, samples.size());
      return sum();
    }
    NativeLibraries.limitThreads();
    Loss loss = ownWorker().learn(samples, 0, samples.size(), where, samples.size());
    metrics.set(samples.size(), loss.lossSum(), loss.correct());
    return ownWorker().gradient();
  }

  /**
   * Adds the gradient of a part's losses, divided by {@code divisor}, to that of the parts before
   * it.
   *
   * @param where its first sample; the sum begins anew with an update's first one
   */
  public void add(TensorBatch samples, TrainingPass where, double divisor) {
    NativeLibraries.limitThreads();
    sum();
    batch = samples;
    pass = where;
    total = divisor;
    count = shards.count(samples.size());
    firstTurn = turns.value();
    failure = null;
    metrics.set(0, 0, 0);
    next.set(0);
    team.run(working);
    rethrow(failure);
  }

  /** That of the parts that were added. */
  public Floats sum() {
    if (sum == null) {
      sum = new FlatMemory(network.parameterCount());
    }
    return sum.all();
  }

  /** Loss and right answers of samples as an answer would have them, without learning. */
  public void measure(TensorBatch samples, StepMetrics into) {
    NativeLibraries.limitThreads();
    double lossSum = 0;
    long correct = 0;
    for (int first = 0; first < samples.size(); first += shards.maxSize()) {
      int size = Math.min(shards.maxSize(), samples.size() - first);
      Loss loss = ownWorker().measure(samples, first, size);
      lossSum += loss.lossSum();
      correct += loss.correct();
    }
    into.set(samples.size(), lossSum, correct);
  }

  private void work(int member) {
    ShardWorker worker = workers.get(member);
    for (int shard = next.getAndIncrement(); shard < count; shard = next.getAndIncrement()) {
      Throwable failed = compute(worker, shard);
      turns.await(firstTurn + shard);
      if (failure == null) {
        failure = failed;
      }
      turns.advance();
    }
  }

  /** Learns from a shard, and adds up when it is its turn. */
  private @Nullable Throwable compute(ShardWorker worker, int shard) {
    if (failure != null) {
      return null;
    }
    try {
      int size = shards.size(batch.size(), shard);
      Loss loss = worker.learn(batch, shards.first(batch.size(), shard), size, pass, total);
      turns.await(firstTurn + shard);
      addUp(worker, shard == 0 && pass.firstSample() == 0);
      metrics.set(
          metrics.samples() + size,
          metrics.lossSum() + loss.lossSum(),
          metrics.correct() + loss.correct());
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** Adds a worker's gradient to the sum, or begins the sum with it. */
  void addUp(ShardWorker worker, boolean begin) {
    if (begin) {
      sum().copyFrom(worker.gradient());
    } else {
      cblas_saxpy(sum().length(), 1, worker.gradient().pointer(), 1, sum().pointer(), 1);
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  @Override
  public void close() {
    team.close();
    workers.forEach(ShardWorker::close);
    if (sum != null) {
      sum.close();
    }
  }
}
