package dev.tidemill.trainer;

import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.TensorBatch;

/**
 * Counts the samples of a bounded range and sums their weights, before the first epoch. A
 * full-batch step needs both for its mean loss. Reader's thread.
 */
final class SampleCounter {
  private final LossWeights weights;
  private final TensorBatch untrained = new TensorBatch();
  private boolean wanted;
  private long samples;
  private double weight;
  private long untrainedSamples;
  private double untrainedWeight;

  SampleCounter(boolean wanted, LossWeights weights) {
    this.wanted = wanted;
    this.weights = weights;
  }

  boolean isWanted() {
    return wanted;
  }

  /**
   * Adds the samples of a record.
   *
   * @param trained how many of them the current epoch has trained already, from the first on
   */
  void add(TensorBatch record, int trained) {
    samples += record.size();
    weight += weights.sum(record);
    untrained.clear();
    untrained.add(record, trained, record.size() - trained);
    untrainedSamples += untrained.size();
    untrainedWeight += weights.sum(untrained);
    untrained.clear();
  }

  void finish() {
    wanted = false;
  }

  /** Begins an epoch. The first one may have trained some samples before this run continued it. */
  Arrival.EpochBegin beginEpoch(int epoch) {
    Arrival.EpochBegin begin = new Arrival.EpochBegin(epoch, untrainedSamples, untrainedWeight);
    untrainedSamples = samples;
    untrainedWeight = weight;
    return begin;
  }
}
