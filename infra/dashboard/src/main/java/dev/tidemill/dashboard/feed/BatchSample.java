package dev.tidemill.dashboard.feed;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.FeatureMonitor;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.util.List;

/** Some batch records of a model whose samples are tables, measured as they are added. */
final class BatchSample {
  private final Contract contract;
  private final FeatureMonitor monitor;
  private final int most;
  private int samples;
  private int otherVersions;
  private int unusable;

  /**
   * @param most samples to measure; a record that has more is measured in part
   */
  BatchSample(Contract contract, int most) {
    this.contract = contract;
    this.monitor = new FeatureMonitor(contract);
    this.most = most;
  }

  /** Measures a record, or counts why it is none of the contract's. */
  void add(TrainingBatch batch) {
    if (batch.getContract() != contract.version()) {
      otherVersions++;
      return;
    }
    int found = samples(batch.getInputs());
    if (found == 0) {
      unusable++;
      return;
    }
    int measured = Math.min(found, most - samples);
    float[] elements = new float[measured * contract.width()];
    Tensors.copyTo(batch.getInputs(), 0, elements.length, elements, 0);
    monitor.add(measured, i -> elements[i]);
    samples += measured;
  }

  /** Returns the number of samples; 0 if they are not of the contract's width. */
  private int samples(Tensor inputs) {
    try {
      long count = Tensors.elementCount(Tensors.check(inputs));
      List<Long> shape = inputs.getShape();
      boolean fits =
          !shape.isEmpty()
              && count % contract.width() == 0
              && shape.get(0) == count / contract.width();
      return fits ? Math.toIntExact(shape.get(0)) : 0;
    } catch (MalformedTensorException e) {
      return 0; // The trainer refuses it, and its dead letter says why.
    }
  }

  /** Counts a record that cannot be decoded. */
  void addUnusable() {
    unusable++;
  }

  boolean isFull() {
    return samples == most;
  }

  /** Returns what was measured, at a time in milliseconds since 1970. */
  BatchStatistics statistics(long atMillis) {
    return new BatchStatistics(
        atMillis,
        contract.version(),
        samples,
        otherVersions,
        unusable,
        monitor.compare(BatchStatistics.STABILITY_LIMIT),
        "");
  }
}
