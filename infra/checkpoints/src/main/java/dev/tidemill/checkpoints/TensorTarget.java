package dev.tidemill.checkpoints;

import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainingCounters;
import java.util.Optional;

/**
 * The state that a file's tensors go into, and which of them.
 *
 * @param counters of the file, where it has any
 */
record TensorTarget(ModelState state, TensorMatch match, Optional<TrainingCounters> counters) {

  /**
   * A new state of the file's own spec. Optimizer state is there as a whole or not at all: it then
   * begins anew.
   *
   * @throws MalformedSafeTensorsException if the file lacks anything of its spec's model
   */
  static TensorTarget fresh(TensorHeader file) {
    ModelSpec spec = spec(file);
    TensorMatch match = TensorMatch.strict(file, Network.of(spec).stateLayout());
    TrainingCounters counters =
        CountersMetadata.read(file.metadata())
            .orElseThrow(
                () -> new MalformedSafeTensorsException("the metadata has no training counters"));
    ModelState state =
        match.withOptimizer()
            ? ModelState.allocate(spec)
            : ModelState.initial(spec, counters.seed());
    return new TensorTarget(state, match, Optional.of(counters));
  }

  /**
   * A state that is there; files of PyTorch have neither spec nor counters.
   *
   * @throws MalformedSafeTensorsException naming the first parameter that is missing, unknown or of
   *     another shape
   */
  static TensorTarget given(TensorHeader file, ModelState state) {
    TensorMatch match = TensorMatch.of(file, state.layout());
    return new TensorTarget(state, match, CountersMetadata.read(file.metadata()));
  }

  /** As {@link #given}, without optimizer state and counters. */
  static TensorTarget weights(TensorHeader file, ModelState state) {
    TensorMatch match = TensorMatch.of(file, state.layout());
    return new TensorTarget(state, match.withoutOptimizer(), Optional.empty());
  }

  /** The spec that a file names. */
  static ModelSpec spec(TensorHeader file) {
    String yaml = file.metadata().get(SafeTensorsImage.SPEC);
    if (yaml == null) {
      throw new MalformedSafeTensorsException("the metadata has no model spec");
    }
    try {
      return ModelSpec.parse(yaml);
    } catch (InvalidSpecException e) {
      throw new MalformedSafeTensorsException(
          "the metadata's model spec is invalid: " + e.getMessage(), e);
    }
  }
}
