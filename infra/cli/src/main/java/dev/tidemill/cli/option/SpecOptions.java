package dev.tidemill.cli.option;

import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which network, and how it learns. */
public final class SpecOptions {
  @Option(
      names = "--spec",
      paramLabel = "NAME|FILE",
      defaultValue = "lenet",
      description =
          "a built-in spec (lenet, mlp, resnet, lstm, transformer) or a YAML file (default:"
              + " ${DEFAULT-VALUE})")
  private String spec = "lenet";

  @Option(
      names = "--optimizer",
      paramLabel = "TYPE",
      description = "sgd, adagrad, rmsprop, adam or adamw, instead of the spec's")
  private @Nullable String optimizer;

  @Option(names = "--learning-rate", paramLabel = "X", description = "instead of the spec's")
  private @Nullable String learningRate;

  @Option(
      names = "--batch-size",
      paramLabel = "N|full",
      description = "samples a step: 1, N or full, instead of the spec's")
  private @Nullable String batchSize;

  @Option(names = "--seed", paramLabel = "N", description = "instead of the spec's")
  private @Nullable String seed;

  @Option(
      names = "--input-shape",
      paramLabel = "N[,N...]",
      split = ",",
      hideParamSyntax = true,
      description =
          "another input than the spec's, e.g. 64 for a table of 64 features; as it is, unscaled")
  private List<Integer> inputShape = List.of();

  @Option(
      names = "--outputs",
      paramLabel = "N",
      description = "classes, or a regression's outputs, instead of the spec's")
  private @Nullable Integer outputs;

  /** Another batch size than the spec's, where no option says one. */
  public void defaultBatchSize(int samples) {
    if (batchSize == null) {
      batchSize = Integer.toString(samples);
    }
  }

  /**
   * The spec with all that the options change.
   *
   * @throws InvalidSpecException with every fault
   */
  public ModelSpec modelSpec() {
    ModelSpec chosen = ModelSpec.load(spec);
    if (!inputShape.isEmpty()) {
      chosen = chosen.withInput(new InputSpec(inputShape, 1, 0));
    }
    if (outputs != null) {
      chosen = chosen.withOutputs(outputs);
    }
    return chosen.withOverrides(overrides());
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new TreeMap<>();
    put(overrides, "optimizer", optimizer);
    put(overrides, "learning-rate", learningRate);
    put(overrides, "batch-size", batchSize);
    put(overrides, "seed", seed);
    return overrides;
  }

  private static void put(Map<String, String> overrides, String key, @Nullable String value) {
    if (value != null) {
      overrides.put(key, value);
    }
  }
}
