package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import dev.tidemill.engine.dl4j.optimizer.Optimizer;
import dev.tidemill.engine.dl4j.optimizer.OptimizerBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Measures a {@link PlanReport}: runs a model on random bytes and times its parts one by one. */
final class PlanMeasurement implements AutoCloseable {
  private static final long RUN_NANOSECONDS = 800_000_000;
  private static final int MIN_RUNS = 5;
  private static final int MAX_RUNS = 5_000;
  // Small enough to avoid overflow in thousands of steps on noise.
  private static final double LEARNING_RATE = 1e-6;

  private final Network network;
  private final int batchSize;
  private final StateMemory state;
  private final ShardedGradient gradient;
  private final Optimizer optimizer;
  private final int threads;
  private final long[] sums = new long[MAX_RUNS];
  private final long[] updates = new long[MAX_RUNS];
  private int runs;

  PlanMeasurement(ModelSpec given, int batchSize) {
    NativeLibraries.limitThreads();
    this.batchSize = batchSize;
    ModelSpec spec = given.withOverrides(Map.of("batch-size", Integer.toString(batchSize)));
    network = Network.of(spec);
    state = StateMemory.copy(ModelState.initial(spec, 1));
    gradient = new ShardedGradient(network, state);
    optimizer = spec.optimizer().accept(new OptimizerBuilder(network, state.memory()));
    threads = new ThreadChoice(gradient, network).best();
    gradient.threads(1);
  }

  PlanReport report() {
    Shards shards = gradient.shards();
    int samples = shards.size(batchSize, 0);
    Plan plan = gradient.ownWorker().plan(samples);
    TensorBatch batch = randomBatch(samples);
    // Warms up the JIT.
    run(plan, batch);
    PlanTimes times = run(plan, batch);
    double scale = (double) batchSize / samples;
    List<PlanReport.Row> parts = new ArrayList<>();
    parts.add(row("input", "bytes to floats, targets", times.reading() * scale, 0));
    List<Plan.Step> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      parts.add(
          row(
              steps.get(i).layer(),
              steps.get(i).kernel().describe(),
              times.forward(i) * scale,
              times.backward(i) * scale));
    }
    parts.add(row("loss", network.spec().loss().type().name(), times.loss() * scale, 0));
    int count = shards.count(batchSize);
    if (count > 1) {
      parts.add(row("sum", count + " gradients", count * median(sums), 0));
    }
    parts.add(row("update", network.spec().optimizer().type(), median(updates), 0));
    double total = parts.stream().mapToDouble(r -> r.forward() + r.backward()).sum();
    return new PlanReport(
        batchSize, count, samples, threads, plan.bytes(), total, withShares(parts, total));
  }

  private PlanTimes run(Plan plan, TensorBatch batch) {
    PlanTimes times = new PlanTimes(plan, MAX_RUNS);
    long end = System.nanoTime() + RUN_NANOSECONDS;
    runs = 0;
    while (runs < MIN_RUNS || (runs < MAX_RUNS && System.nanoTime() < end)) {
      times.run(batch);
      long begin = System.nanoTime();
      gradient.addToSum(gradient.ownWorker(), false);
      long summed = System.nanoTime();
      optimizer.apply(gradient.ownWorker().gradient(), 1, LEARNING_RATE, runs);
      sums[runs] = summed - begin;
      updates[runs] = System.nanoTime() - summed;
      runs++;
    }
    return times;
  }

  private double median(long[] times) {
    return PlanTimes.median(times, runs);
  }

  private static PlanReport.Row row(
      String part, String description, double forward, double backward) {
    return new PlanReport.Row(part, description, forward, backward, 0);
  }

  private static List<PlanReport.Row> withShares(List<PlanReport.Row> parts, double total) {
    return parts.stream()
        .map(
            r ->
                new PlanReport.Row(
                    r.part(),
                    r.description(),
                    r.forward(),
                    r.backward(),
                    (r.forward() + r.backward()) / total))
        .toList();
  }

  private TensorBatch randomBatch(int samples) {
    byte[] bytes = new byte[Math.multiplyExact(samples, network.inputLength())];
    new Random(1).nextBytes(bytes);
    for (int element = 0; element < network.inputLength(); element++) {
      int categories = network.categories(element).orElse(256);
      for (int i = element; i < bytes.length; i += network.inputLength()) {
        bytes[i] = (byte) (Byte.toUnsignedInt(bytes[i]) % categories);
      }
    }
    boolean classes = network.spec().loss().type() == LossType.CROSS_ENTROPY;
    TensorBatch batch = new TensorBatch();
    batch.add(
        ElementType.UINT8,
        ByteBuffer.wrap(bytes),
        1,
        0,
        classes ? ElementType.INT32 : ElementType.FLOAT32,
        ByteBuffer.allocate(samples * network.labelsPerSample() * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN),
        0,
        samples);
    return batch;
  }

  @Override
  public void close() {
    gradient.close();
    state.close();
  }
}
