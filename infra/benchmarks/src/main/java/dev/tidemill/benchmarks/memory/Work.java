package dev.tidemill.benchmarks.memory;

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

  String words() {
    return this == TRAINING ? "training" : "inference";
  }
}
