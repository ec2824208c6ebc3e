package dev.tidemill.engine.torch;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sums of losses and of what was predicted since the last drain, kept on the device. Those of each
 * drain are one tensor, so that reading them waits for one copy. Counts up to 2^53 are exact.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class RunningSums {
  private static final int LOSS = 0;
  private static final int CORRECT = 1;
  private static final int TARGETS = 2;

  private final Tensor all;
  private final Tensor loss;
  private final Tensor correct;
  private final Tensor targets;
  private final double[] read;
  private final double[] ofTargets;
  private final int classes;
  private final Tensor confusion;
  private final Tensor one;
  private final double sumScale;
  private final Scalar unweightedScale;
  private long samples;

  /** Must be created in the native scope of a model. */
  RunningSums(Network network, Loss of, Placement placement) {
    ofTargets = new double[TargetSums.length(network)];
    read = new double[TARGETS + ofTargets.length];
    all = placement.zeros(ScalarType.Double, read.length);
    loss = all.select(0, LOSS);
    correct = all.select(0, CORRECT);
    targets = all.narrow(0, TARGETS, ofTargets.length);
    classes = ConfusionCounts.classes(network);
    confusion = placement.zeros(ScalarType.Long, (long) classes * rowLength(classes));
    one = placement.zeros(ScalarType.Long, 1).add_(new Scalar(1));
    sumScale = of.sumScale();
    unweightedScale = new Scalar(sumScale);
  }

  /**
   * Returns the length of a row of confusion counts, one for the labels of each class. A place
   * after the classes counts outputs that are NaN, for which {@link CrossEntropy} predicts none.
   */
  static int rowLength(int classes) {
    return classes + 1;
  }

  /**
   * Adds the loss of a batch. Call it, and the methods that add more, in a native scope of the
   * step.
   *
   * @param perWeight samples of the whole batch for each unit of its weight; 1 without weights
   */
  void add(Tensor lossSum, int count, double perWeight) {
    Scalar times = perWeight == 1 ? unweightedScale : new Scalar(sumScale * perWeight);
    loss.add_(lossSum.detach(), times);
    samples += count;
  }

  /** Adds the number of correct labels. */
  void addCorrect(Tensor right) {
    correct.add_(right);
  }

  /** Adds the values of {@link TargetSums#of}. */
  void addTargets(Tensor sums) {
    targets.add_(sums);
  }

  /**
   * Counts predictions.
   *
   * @param cells for each label, its class times {@link #rowLength}, plus the predicted class
   */
  void addConfusion(Tensor cells) {
    confusion.index_add_(0, cells, one.expand(cells.numel()));
  }

  /** Moves the sums to {@code into}, which waits for the device, and resets them. */
  void drain(StepMetrics into) {
    try (PointerScope scope = new PointerScope()) {
      all.cpu().data_ptr_double().get(read);
      all.zero_();
    }
    System.arraycopy(read, TARGETS, ofTargets, 0, ofTargets.length);
    into.set(samples, read[LOSS], (long) read[CORRECT], TargetSums.of(ofTargets));
    samples = 0;
  }

  /** Returns the counts since the last call, which waits for the device, and resets them. */
  ConfusionCounts drainConfusion() {
    if (classes == 0) {
      return ConfusionCounts.NONE;
    }
    long[] rows = new long[classes * rowLength(classes)];
    long[] counts = new long[classes * classes];
    try (PointerScope scope = new PointerScope()) {
      confusion.cpu().data_ptr_long().get(rows);
      confusion.zero_();
    }
    for (int i = 0; i < classes; i++) {
      System.arraycopy(rows, i * rowLength(classes), counts, i * classes, classes);
    }
    return ConfusionCounts.of(classes, counts);
  }

  void clear() {
    try (PointerScope scope = new PointerScope()) {
      all.zero_();
      confusion.zero_();
    }
    samples = 0;
  }
}
