package dev.tidemill.checkpoints;

import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TrainingCounters;
import java.util.Optional;

/**
 * The destination of a file's tensors: a state, and which tensors to read.
 *
 * @param counters the file's counters, if it has any
 */
record TensorTarget(
    ModelState state,
    TensorMatch match,
    Optional<TrainingCounters> counters,
    int contract,
    double learningRateFactor,
    String driftState) {

  /**
   * Creates a new state of the file's own spec. Optimizer state must be complete or absent; if
   * absent, it starts from its initial values.
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
    return new TensorTarget(
        state,
        match,
        Optional.of(counters),
        CountersMetadata.contract(file.metadata()),
        CountersMetadata.learningRateFactor(file.metadata()),
        CountersMetadata.drift(file.metadata()));
  }

  /**
   * Targets an existing state. PyTorch's files have neither spec nor counters.
   *
   * @throws MalformedSafeTensorsException if a parameter is missing, unknown or of another shape;
   *     names the first
   */
  static TensorTarget given(TensorHeader file, ModelState state) {
    TensorMatch match = TensorMatch.of(file, state.layout());
    return new TensorTarget(
        state,
        match,
        CountersMetadata.read(file.metadata()),
        CountersMetadata.contract(file.metadata()),
        CountersMetadata.learningRateFactor(file.metadata()),
        CountersMetadata.drift(file.metadata()));
  }

  /** Targets an existing state, without optimizer state and counters. */
  static TensorTarget weights(TensorHeader file, ModelState state) {
    TensorMatch match = TensorMatch.of(file, state.layout());
    return new TensorTarget(state, match.withoutOptimizer(), Optional.empty(), 0, 1, "");
  }

  /** Gives the state what the file says about its training, if the file has counters. */
  void applyCounters() {
    counters.ifPresent(
        read -> {
          state.counters(read);
          state.contract(contract);
          state.learningRateFactor(learningRateFactor);
          state.driftState(driftState);
        });
  }

  /** Returns the spec in the file's metadata. */
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
