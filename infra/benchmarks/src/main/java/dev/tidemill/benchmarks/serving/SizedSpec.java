package dev.tidemill.benchmarks.serving;

/**
 * A multilayer perceptron of about a size, without optimizer state: a version is its weights.
 *
 * @param megabytes of its weights, in words
 * @param hidden1 features of the first hidden layer, of 784 inputs
 */
record SizedSpec(String megabytes, int hidden1, int hidden2) {
  static final SizedSpec TINY = new SizedSpec("0.05", 16, 16);
  static final SizedSpec SMALL = new SizedSpec("0.25", 76, 32);
  static final SizedSpec MIDDLE = new SizedSpec("25", 2_048, 2_240);
  static final SizedSpec LARGE = new SizedSpec("250", 6_000, 9_600);

  String yaml() {
    return """
        name: mlp-%s
        input: {shape: [1, 28, 28], scale: 0.00392156862745098}
        layers:
          - {type: flatten}
          - {type: linear, name: fc1, out_features: %d}
          - {type: relu}
          - {type: linear, name: fc2, out_features: %d}
          - {type: relu}
          - {type: linear, name: fc3, out_features: 10}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.01}
        schedule: {type: constant}
        training: {batch_size: 64, seed: 1}
        """
        .formatted(megabytes.replace('.', '-'), hidden1, hidden2);
  }
}
