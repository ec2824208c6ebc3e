package dev.tidemill.engine.torch;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A model for training. Autograd computes the gradients, and one call updates all parameters. */
// Native scopes are only closed.
@SuppressWarnings("try")
final class TorchTrainableModel implements TrainableModel {
  private final ModelSpec spec;
  private final StateTensors state;
  private final GradientPass layers;
  private final Loss loss;
  private final LossGradient gradient;
  private final Update update;
  private final RunningSums sums;
  private final RunningSums evaluated;
  private final Optional<CopyStream> stream;
  private final Input input;
  private final MicroBatches microBatches;
  private final Targets targets;
  private final SampleWeights sampleWeights;
  private final LossWeights weights;
  private long seed;
  private long steps;
  private double factor = 1;
  private long accumulatedSamples;
  private @Nullable DeviceSnapshots snapshots;
  private boolean closed;

  TorchTrainableModel(ModelState begin, Placement placement) {
    this(begin, placement, CopyStream.of(placement));
  }

  /**
   * Creates a model with a given copy stream.
   *
   * @param stream for copies to the placement's device, closed with the model; empty on the CPU
   */
  TorchTrainableModel(ModelState begin, Placement placement, Optional<CopyStream> stream) {
    this.stream = stream;
    spec = begin.spec();
    Network network = Network.of(spec);
    state = StateTensors.copy(begin, placement);
    NativeScope scope = state.scope();
    layers = scope.keep(() -> new GradientPass(network, state));
    loss = scope.keep(() -> Loss.of(network, placement));
    gradient = new LossGradient(loss, placement);
    update = scope.keep(() -> new Update(network, state));
    sums = scope.keep(() -> new RunningSums(network, loss, placement));
    evaluated = scope.keep(() -> new RunningSums(network, loss, placement));
    input = Input.of(network, stream);
    microBatches = MicroBatches.of(network, placement);
    targets = new Targets(network, stream);
    sampleWeights = new SampleWeights(stream);
    weights = new LossWeights(network);
    seed = begin.counters().seed();
    steps = begin.counters().steps();
  }

  @Override
  public void step(TensorBatch batch) {
    requireSamples(batch);
    if (accumulatedSamples > 0) {
      throw new IllegalStateException(
          "a step while the gradient of " + accumulatedSamples + " samples waits to be applied");
    }
    accumulate(batch, batch.size(), weights.sum(batch));
    applyAccumulated();
  }

  @Override
  public void accumulate(TensorBatch part, long samples, double weight) {
    requireSamples(part);
    try {
      microBatches.forEach(part, some -> addGradient(some, samples, weight));
    } catch (RuntimeException e) {
      // Discard the accumulated gradient, so that it does not end up in the next update.
      state.zeroGradient();
      accumulatedSamples = 0;
      throw e;
    }
  }

  @Override
  public void applyAccumulated() {
    requireOpen();
    if (accumulatedSamples == 0) {
      throw new IllegalStateException("no gradient to apply; call accumulate first");
    }
    accumulatedSamples = 0;
    update.run(learningRate(), seed, steps);
    steps++;
  }

  private void addGradient(TensorBatch batch, long samples, double weight) {
    ForwardContext context = new ForwardContext(true, seed, steps, accumulatedSamples, false);
    try (PointerScope scope = new PointerScope()) {
      Tensor labels = targets.read(batch);
      Tensor ofSamples = sampleWeights.read(batch);
      layers.run(
          input.read(batch),
          context,
          outputs -> {
            Tensor sum = loss.sum(outputs, labels, ofSamples);
            gradient.backward(sum, weight);
            sums.add(sum, batch.size(), samples / weight);
            loss.compare(outputs, labels, sums);
          });
    }
    accumulatedSamples += batch.size();
  }

  @Override
  public void drainMetrics(StepMetrics into) {
    requireOpen();
    sums.drain(into);
  }

  @Override
  public ConfusionCounts drainConfusion() {
    requireOpen();
    return sums.drainConfusion();
  }

  @Override
  public void evaluate(TensorBatch batch, StepMetrics into) {
    requireSamples(batch);
    evaluated.clear();
    double perWeight = batch.size() / weights.sum(batch);
    microBatches.forEach(batch, part -> measure(part, perWeight));
    evaluated.drain(into);
  }

  private void measure(TensorBatch batch, double perWeight) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor labels = targets.read(batch);
      Tensor outputs = layers.forward(input.read(batch), ForwardContext.EVAL);
      Tensor sum = loss.sum(outputs, labels, sampleWeights.read(batch));
      evaluated.add(sum, batch.size(), perWeight);
      loss.compare(outputs, labels, evaluated);
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public double learningRate() {
    return factor * spec.schedule().learningRate(spec.optimizer().learningRate(), steps);
  }

  @Override
  public void learningRateFactor(double factor) {
    this.factor = factor;
  }

  @Override
  public PendingSnapshot beginSnapshot(ModelState into) {
    requireOpen();
    PendingSnapshot copy = beginCopy(into);
    into.counters(into.counters().withSteps(steps));
    return copy;
  }

  private PendingSnapshot beginCopy(ModelState into) {
    if (stream.isEmpty()) {
      state.write(into);
      return PendingSnapshot.DONE;
    }
    if (snapshots == null) {
      snapshots = new DeviceSnapshots(state, stream.get());
    }
    return snapshots.begin(into);
  }

  @Override
  public void restore(ModelState from) {
    requireOpen();
    state.read(from);
    state.zeroGradient();
    seed = from.counters().seed();
    steps = from.counters().steps();
    accumulatedSamples = 0;
    sums.clear();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (snapshots != null) {
        snapshots.close();
      }
      input.close();
      targets.close();
      sampleWeights.close();
      stream.ifPresent(CopyStream::close);
      gradient.close();
      state.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model has been closed");
    }
  }

  private void requireSamples(TensorBatch batch) {
    requireOpen();
    if (batch.size() == 0) {
      throw new IllegalArgumentException("a batch without samples");
    }
  }
}
