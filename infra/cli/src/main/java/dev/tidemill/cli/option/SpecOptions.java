package dev.tidemill.cli.option;

import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.SpecTemplate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The network and its training parameters. */
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
      completionCandidates = OptimizerTypes.class,
      description = "${COMPLETION-CANDIDATES} (default: the spec's)")
  private @Nullable String optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "learning rate (default: the spec's)")
  private @Nullable String learningRate;

  @Option(
      names = "--batch-size",
      paramLabel = "N|full",
      description = "samples per step, a number or 'full' (default: the spec's)")
  private @Nullable String batchSize;

  @Option(names = "--seed", paramLabel = "N", description = "random seed (default: the spec's)")
  private @Nullable String seed;

  @Option(
      names = "--input-shape",
      paramLabel = "N[,N...]",
      split = ",",
      hideParamSyntax = true,
      description =
          "input shape, unscaled, e.g. 64 for a table of 64 features (default: the spec's, which"
              + " may follow from the data contract)")
  private List<Integer> inputShape = List.of();

  @Option(
      names = "--outputs",
      paramLabel = "N",
      description =
          "number of classes or regression outputs (default: the spec's, which may follow from the"
              + " data contract)")
  private @Nullable Integer outputs;

  /** Sets the batch size to use if {@code --batch-size} is not given. */
  public void defaultBatchSize(int samples) {
    if (batchSize == null) {
      batchSize = Integer.toString(samples);
    }
  }

  /**
   * Returns the spec with the options applied, and with the sizes that it has without data.
   *
   * @throws InvalidSpecException with every fault, or if a size follows from data only
   */
  public ModelSpec modelSpec() {
    return template()
        .withoutData()
        .orElseThrow(
            () ->
                new InvalidSpecException(
                    List.of(
                        "spec "
                            + spec
                            + " has sizes that only data gives; set them with --input-shape and"
                            + " --outputs, or write defaults: {auto: 10}, or columns: {auto: {3:"
                            + " 120}}")));
  }

  /**
   * Returns the spec with the options applied; sizes that it leaves open follow from the data.
   *
   * @throws InvalidSpecException with every fault
   */
  public SpecTemplate template() {
    SpecTemplate chosen = SpecTemplate.load(spec);
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

  /** What the help and the shell's completion offer for {@code --optimizer}. */
  private static final class OptimizerTypes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return OptimizerSpec.types().iterator();
    }
  }
}
