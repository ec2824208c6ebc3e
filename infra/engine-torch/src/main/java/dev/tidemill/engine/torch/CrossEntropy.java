package dev.tidemill.engine.torch;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The negative log likelihood of the label under a softmax. For a sequence with a label at every
 * position, the mean over the positions.
 */
final class CrossEntropy implements Loss {
  private static final int NONE = 0;
  private static final int SUM = 2;
  private static final long NONE_IGNORED = -100;

  /** From this many classes, comparing whole tensors is faster than {@code argmax} on a CPU. */
  static final int MANY_CLASSES = 64;

  private static final long[] LAST = {-1};

  private final int classes;
  private final int labels;
  private final double smoothing;
  private final TensorOptional classWeights;
  private final LongOptional last = new LongOptional(LAST[0]);
  private final Tensor numbers;
  private final Scalar afterAll;
  private final boolean isCounted;
  private final Scalar rowLength;

  /** Must be created in the native scope of a model. */
  CrossEntropy(Network network, Placement placement) {
    classes = network.outputLength();
    labels = network.labelsPerSample();
    smoothing = network.spec().loss().labelSmoothing();
    float[] weights = new LossWeights(network).ofClasses();
    classWeights =
        weights.length == 0 ? new TensorOptional() : new TensorOptional(placement.vector(weights));
    numbers = torch.arange(new Scalar(classes)).to(ScalarType.Float);
    afterAll = new Scalar(classes);
    isCounted = ConfusionCounts.classes(network) > 0;
    rowLength = new Scalar(RunningSums.rowLength(classes));
  }

  @Override
  public Tensor sum(Tensor outputs, Tensor targets, @Nullable Tensor weights) {
    // An LSTM's output has another memory order, which a view cannot flatten.
    Tensor rows = outputs.reshape(-1, classes);
    Tensor labels = targets.view(-1);
    if (weights == null) {
      return torch.cross_entropy_loss(rows, labels, classWeights, SUM, NONE_IGNORED, smoothing);
    }
    Tensor losses =
        torch.cross_entropy_loss(rows, labels, classWeights, NONE, NONE_IGNORED, smoothing);
    return losses.view(-1, this.labels).mul(weights.view(-1, 1)).sum();
  }

  @Override
  public double sumScale() {
    return 1.0 / labels;
  }

  @Override
  public void compare(Tensor outputs, Tensor targets, RunningSums into) {
    Tensor predicted = predicted(outputs);
    into.addCorrect(predicted.eq(targets).sum());
    if (isCounted) {
      Tensor cells = targets.mul(rowLength).add(predicted.to(ScalarType.Long));
      into.addConfusion(cells.view(-1));
    }
  }

  /**
   * Returns the class with the largest output, the first one of equals. On a CPU, comparing whole
   * tensors is two to three times as fast as libtorch's {@code argmax}, which goes value by value.
   * If an output is NaN, {@code argmax} returns its class, and the comparison returns no class.
   */
  private Tensor predicted(Tensor outputs) {
    if (classes < MANY_CLASSES || outputs.is_cuda()) {
      return outputs.argmax(last, false);
    }
    Tensor known = outputs.detach();
    Tensor less = known.clone().ne_(known.amax(LAST, true));
    return numbers.add(less, afterAll).amin(LAST, false);
  }

  @Override
  public Tensor answer(Tensor outputs) {
    return torch.softmax(outputs, -1);
  }
}
