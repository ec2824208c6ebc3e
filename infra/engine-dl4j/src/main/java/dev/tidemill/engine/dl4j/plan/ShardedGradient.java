package dev.tidemill.engine.dl4j.plan;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingSpec;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.loss.Comparison;
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
 * Computes the gradient of a batch shard by shard. Each thread takes the next free shard, and the
 * threads add their gradients in the order of the shards. So the sum is bit-identical for any
 * number of threads. Not thread-safe.
 */
public final class ShardedGradient implements AutoCloseable {
  private final Network network;
  private final StateMemory state;
  private final Shards shards;
  private final List<ShardWorker> workers = new ArrayList<>();
  private final StepMetrics metrics = new StepMetrics();
  private final Comparison comparison;
  private final Comparison evaluated;
  private final AtomicInteger next = new AtomicInteger();
  private final TurnCounter turns = new TurnCounter();
  // Null until something is added up.
  private @Nullable FlatMemory sum;
  private Team team;
  private int activeThreads = 1;

  // The current work. Team.run publishes these fields to its threads.
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
    comparison = new Comparison(network);
    evaluated = new Comparison(network);
    workers.add(new ShardWorker(network, state));
    team = new Team(1, this::computeShards);
  }

  /** Returns how this cuts batches. */
  Shards shards() {
    return shards;
  }

  /** Returns the worker of the calling thread. */
  ShardWorker ownWorker() {
    return workers.get(0);
  }

  /** Returns samples, weighted sum of losses and correct labels of the latest gradient. */
  public StepMetrics metrics() {
    return metrics;
  }

  /** Returns what the outputs of the latest gradient's samples were. */
  public Comparison comparison() {
    return comparison;
  }

  /** Sets the number of threads. */
  public void threads(int threads) {
    team.close();
    while (workers.size() > threads) {
      workers.remove(workers.size() - 1).close();
    }
    while (workers.size() < threads) {
      workers.add(new ShardWorker(network, state));
    }
    team = new Team(threads, this::computeShards);
    activeThreads = threads;
  }

  /** Limits the number of working threads until the next call of {@link #threads}. */
  void useAtMost(int threads) {
    activeThreads = threads;
  }

  /** Builds the plans for a batch size ahead of the first step. */
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
   * Computes the gradient of a batch's weighted sum of losses, divided by {@code divisor}.
   *
   * @return the gradient, valid until the next call
   */
  public Floats of(TensorBatch samples, TrainingPass position, double divisor) {
    if (shards.count(samples.size()) > 1) {
      add(samples, position, divisor);
      return sum();
    }
    NativeLibraries.limitThreads();
    Loss loss = ownWorker().train(samples, 0, samples.size(), position, divisor);
    metrics.set(samples.size(), loss.lossSum(), loss.correct(), TargetSums.NONE);
    comparison.clear();
    loss.addTo(comparison);
    return ownWorker().gradient();
  }

  /**
   * Adds the gradient of a micro-batch's weighted sum of losses, divided by {@code divisor}, to the
   * sum.
   *
   * @param position position of its first sample; the first sample of a step resets the sum
   */
  public void add(TensorBatch samples, TrainingPass position, double divisor) {
    NativeLibraries.limitThreads();
    sum();
    batch = samples;
    pass = position;
    total = divisor;
    count = shards.count(samples.size());
    firstTurn = turns.value();
    failure = null;
    metrics.set(0, 0, 0, TargetSums.NONE);
    comparison.clear();
    next.set(0);
    team.run(activeThreads);
    rethrow(failure);
  }

  /** Returns the sum of the added gradients. */
  public Floats sum() {
    if (sum == null) {
      sum = new FlatMemory(network.parameterCount());
    }
    return sum.all();
  }

  /** Computes weighted sum of losses and correct predictions in inference mode. */
  public void evaluate(TensorBatch samples, StepMetrics into) {
    NativeLibraries.limitThreads();
    double lossSum = 0;
    long correct = 0;
    evaluated.clear();
    for (int first = 0; first < samples.size(); first += shards.maxSize()) {
      int size = Math.min(shards.maxSize(), samples.size() - first);
      Loss loss = ownWorker().evaluate(samples, first, size);
      lossSum += loss.lossSum();
      correct += loss.correct();
      loss.addTo(evaluated);
    }
    into.set(samples.size(), lossSum, correct, evaluated.targets());
  }

  private void computeShards(int member) {
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

  /** Computes a shard's gradient and, when it is the shard's turn, adds it to the sum. */
  private @Nullable Throwable compute(ShardWorker worker, int shard) {
    if (failure != null) {
      return null;
    }
    try {
      int size = shards.size(batch.size(), shard);
      Loss loss = worker.train(batch, shards.first(batch.size(), shard), size, pass, total);
      turns.await(firstTurn + shard);
      addToSum(worker, shard == 0 && pass.firstSample() == 0);
      metrics.set(
          metrics.samples() + size,
          metrics.lossSum() + loss.lossSum(),
          metrics.correct() + loss.correct(),
          TargetSums.NONE);
      loss.addTo(comparison);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** Adds a worker's gradient to the sum, or replaces the sum with it. */
  void addToSum(ShardWorker worker, boolean begin) {
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
