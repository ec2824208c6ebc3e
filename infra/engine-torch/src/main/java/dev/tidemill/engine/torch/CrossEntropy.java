package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The negative logarithm of the labelled class's softmax; for a sequence with a label at every
 * place, the mean over them.
 */
final class CrossEntropy implements Loss {
  private static final int SUM = 2;
  private static final long NONE_IGNORED = -100;

  /** Fewest classes for which whole tensors are compared. */
  static final int MANY_CLASSES = 64;

  private static final long[] LAST = {-1};

  private final int classes;
  private final int labels;
  private final TensorOptional unweighted = new TensorOptional();
  private final LongOptional last = new LongOptional(LAST[0]);
  private final Tensor numbers;
  private final Scalar afterAll;

  CrossEntropy(Network network) {
    classes = network.outputLength();
    labels = network.labelsPerSample();
    numbers = torch.arange(new Scalar(classes)).to(ScalarType.Float);
    afterAll = new Scalar(classes);
  }

  @Override
  public Tensor sum(Tensor outputs, Tensor targets) {
    // An lstm gives its outputs in another order of memory, which no view can flatten.
    Tensor rows = outputs.reshape(-1, classes);
    return torch.cross_entropy_loss(rows, targets.view(-1), unweighted, SUM, NONE_IGNORED, 0);
  }

  @Override
  public double factor() {
    return 1.0 / labels;
  }

  @Override
  public Tensor correct(Tensor outputs, Tensor targets) {
    return likeliest(outputs).eq(targets).sum();
  }

  /**
   * The first class of those with the largest output. A processor finds it two to three times
   * sooner by comparing whole tensors: libtorch's own way goes value by value. Where an output is
   * no number, the one way says its class, the other none.
   */
  private Tensor likeliest(Tensor outputs) {
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
