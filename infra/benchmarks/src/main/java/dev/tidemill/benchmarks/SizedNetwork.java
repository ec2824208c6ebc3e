package dev.tidemill.benchmarks;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A multilayer perceptron on 28 × 28 images whose state has about a size.
 *
 * @param size of parameters and momentum, in words
 * @param momentum has as many floats as the parameters; 0 for none
 * @param hidden features of each hidden layer
 */
public record SizedNetwork(String size, double momentum, List<Integer> hidden) {
  /** Versions of these are their weights. */
  public static final SizedNetwork TINY = new SizedNetwork("0.05 MB", 0, List.of(16, 16));

  public static final SizedNetwork SMALL = new SizedNetwork("0.25 MB", 0, List.of(76, 32));
  public static final SizedNetwork MIDDLE = new SizedNetwork("25 MB", 0, List.of(2_048, 2_240));
  public static final SizedNetwork LARGE = new SizedNetwork("250 MB", 0, List.of(6_000, 9_600));

  /** These are trained. */
  public static final SizedNetwork SMALL_STATE = new SizedNetwork("25 MB", 0.9, List.of(3_930));

  public static final SizedNetwork MIDDLE_STATE = new SizedNetwork("250 MB", 0.9, List.of(39_300));
  public static final SizedNetwork LARGE_STATE = new SizedNetwork("1 GB", 0.9, List.of(157_200));

  /** Its name as a part of names. */
  public String name() {
    return "mlp-" + size.replaceAll("\\W", "-");
  }

  /** Its spec. */
  public String yaml(int batchSize) {
    String layers =
        hidden.stream()
            .map("  - {type: linear, out_features: %d}\n  - {type: relu}\n"::formatted)
            .collect(Collectors.joining());
    return """
        name: %s
        input: {shape: [1, 28, 28], scale: 0.00392156862745098}
        layers:
          - {type: flatten}
        %s  - {type: linear, out_features: 10}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.001, momentum: %s}
        schedule: {type: constant}
        training: {batch_size: %d, seed: 1}
        """
        .formatted(name(), layers, momentum, batchSize);
  }

  /** The shapes of its parameters and momentum. */
  public StateLayout layout() {
    return Network.of(ModelSpec.parse(yaml(1))).stateLayout();
  }
}
