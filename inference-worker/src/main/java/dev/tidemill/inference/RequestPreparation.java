package dev.tidemill.inference;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.LabelPreparer;
import dev.tidemill.contract.SamplePreparer;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.Network;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.MissingValues;
import dev.tidemill.schemas.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prepares requests with the data contract of one model version, and gives answers their names and
 * units. A version without a contract takes tensors only. Any thread.
 */
final class RequestPreparation {
  private static final RequestPreparation NONE = new RequestPreparation(null, List.of());

  private final @Nullable Contract contract;
  private final @Nullable SamplePreparer samples;
  private final @Nullable LabelPreparer targets;
  private final List<Long> shape;

  private RequestPreparation(@Nullable Contract contract, List<Long> shape) {
    this.contract = contract;
    this.shape = shape;
    this.samples = contract != null && contract.isTable() ? new SamplePreparer(contract) : null;
    boolean hasTargets =
        contract != null
            && contract.label().filter(label -> label.getKind() == LabelKind.TARGET).isPresent();
    this.targets = contract != null && hasTargets ? new LabelPreparer(contract) : null;
  }

  /**
   * Creates the preparation for a version.
   *
   * @param version the model version, for errors
   * @param contract null if it was trained without one
   * @throws UnservableVersionException if the network does not fit the contract
   */
  static RequestPreparation of(long version, @Nullable Contract contract, Network network) {
    if (contract == null) {
      return NONE;
    }
    List<Long> takes = network.spec().input().shape().stream().map(Integer::longValue).toList();
    if (!takes.equals(contract.shape())) {
      throw new UnservableVersionException(
          version,
          "it takes samples of shape "
              + takes
              + ", but "
              + contract
              + " makes "
              + contract.shape());
    }
    RequestPreparation preparation = new RequestPreparation(contract, contract.shape());
    LabelPreparer targets = preparation.targets;
    if (targets != null
        && network.spec().loss().type() != LossType.CROSS_ENTROPY
        && network.outputLength() != targets.targets()) {
      throw new UnservableVersionException(
          version,
          "it has %d outputs, but %s has %d targets"
              .formatted(network.outputLength(), contract, targets.targets()));
    }
    return preparation;
  }

  /** Returns why a tensor does not conform to the contract, apart from its shape. */
  Optional<String> fault(Tensor inputs) {
    return contract == null || inputs.getDtype() == contract.dtype()
        ? Optional.empty()
        : Optional.of(
            "inputs are " + inputs.getDtype() + ", but " + contract + " has " + contract.dtype());
  }

  /** Shape of a prepared sample. */
  List<Long> shape() {
    return shape;
  }

  /** Bytes of a prepared sample; 0 if the version takes tensors only. */
  int bytes() {
    return samples == null ? 0 : samples.bytes();
  }

  /**
   * Prepares raw values.
   *
   * @param into receives the elements at its position, in its byte order
   * @return why they cannot be prepared; names feature and value
   */
  Optional<String> prepare(Map<String, ? extends @Nullable Object> values, ByteBuffer into) {
    if (contract == null) {
      return Optional.of(
          "the request has values, but this version was trained without a data contract; send"
              + " inputs instead");
    }
    if (samples == null) {
      return Optional.of(
          "the request has values, but "
              + contract
              + " has samples of shape "
              + shape
              + "; send inputs instead");
    }
    try {
      return samples.prepare(values, into)
          ? Optional.empty()
          : Optional.of("`" + dropped(contract, values) + "`: has no value");
    } catch (UnusableValueException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the feature without which training leaves a sample out. */
  private static String dropped(Contract contract, Map<String, ? extends @Nullable Object> values) {
    return contract.features().stream()
        .filter(feature -> feature.getMissing() == MissingValues.DROP)
        .map(Feature::getName)
        .filter(name -> values.get(name) == null || values.get(name).toString().isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Converts a regression's outputs to the targets' own units, in place. */
  void toUnits(float[] outputs) {
    if (targets != null) {
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = (float) targets.inUnits(i, outputs[i]);
      }
    }
  }

  /** Returns the class names in the order of their numbers; empty if classes have no names. */
  List<String> classes() {
    return contract == null ? List.of() : contract.classes();
  }
}
