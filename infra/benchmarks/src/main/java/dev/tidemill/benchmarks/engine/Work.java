package dev.tidemill.benchmarks.engine;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;

/** What an engine and its peers do in memory. */
public enum Work {
  TRAINING,
  INFERENCE;

  /**
   * Floating-point operations for one sample; a backward pass takes twice those of a forward pass.
   */
  double flops(Network network) {
    double forward = NetworkCost.of(network).flops();
    return this == TRAINING ? 3 * forward : forward;
  }

  String text() {
    return this == TRAINING ? "training" : "inference";
  }
}
