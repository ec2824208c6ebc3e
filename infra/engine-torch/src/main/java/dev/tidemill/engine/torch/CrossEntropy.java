package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The negative logarithm of the labelled class's softmax; for a sequence with a label at every
 * place, the mean over them.
 */
final class CrossEntropy implements Loss {
  private static final int SUM = 2;
  private static final long NONE_IGNORED = -100;

  private final int classes;
  private final int labels;
  private final TensorOptional unweighted = new TensorOptional();
  private final LongOptional last = new LongOptional(-1);

  CrossEntropy(Network network) {
    classes = network.outputLength();
    labels = network.labelsPerSample();
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
    return outputs.argmax(last, false).eq(targets).sum();
  }

  @Override
  public Tensor answer(Tensor outputs) {
    return torch.softmax(outputs, -1);
  }
}
