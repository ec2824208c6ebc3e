package dev.tidemill.benchmarks.memory;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;

/** What is compared in memory, and who does it. */
enum Work {
  TRAINING,
  INFERENCE;

  /** The main class of our side. */
  Class<?> ours() {
    return this == TRAINING ? EngineTraining.class : EngineInference.class;
  }

  /** The main class of stock Deeplearning4j's side. */
  Class<?> stock() {
    return this == TRAINING ? StockDl4jTraining.class : StockDl4jInference.class;
  }

  /** PyTorch's side. */
  String script() {
    return this == TRAINING ? "torch_training.py" : "torch_inference.py";
  }

  /** Floating-point operations for one sample: going back takes twice as many as going there. */
  double flops(Network network) {
    double forward = NetworkCost.of(network).flops();
    return this == TRAINING ? 3 * forward : forward;
  }

  String words() {
    return this == TRAINING ? "training" : "inference";
  }
}
