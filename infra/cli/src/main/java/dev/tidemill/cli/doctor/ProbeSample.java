package dev.tidemill.cli.doctor;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.SamplePreparer;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample that a model version surely takes: of a table, the mean of each number and the first of
 * each feature's categories; of anything else, zeros.
 *
 * @param contract the data contract that the version prepares requests with; null if it has none
 * @param shape of one sample
 */
record ProbeSample(@Nullable Contract contract, DType dtype, List<Long> shape) {

  /**
   * Returns a sample for a version.
   *
   * @param contracts all versions of the model's contract
   * @throws IllegalStateException if the version's contract is not among them
   */
  static ProbeSample of(Checkpoint manifest, List<Contract> contracts) {
    int version = manifest.getContract();
    if (version == 0) {
      Network network = Network.of(ModelSpec.parse(manifest.getSpec()));
      return new ProbeSample(
          null,
          network.takesTokens() ? DType.UINT8 : DType.FLOAT32,
          network.spec().input().shape().stream().map(Integer::longValue).toList());
    }
    Contract contract =
        contracts.stream()
            .filter(each -> each.version() == version)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "version %d was trained with version %d of the data contract, which is not"
                                .formatted(manifest.getVersion(), version)
                            + " on the topic contract"));
    return new ProbeSample(contract, contract.dtype(), contract.shape());
  }

  /** Returns the contract, if there is one. */
  List<Contract> contracts() {
    return contract == null ? List.of() : List.of(contract);
  }

  /**
   * Returns the sample.
   *
   * @throws IllegalStateException if the contract takes no such values
   */
  Sample sample() {
    return contract != null && contract.isTable() ? row(contract) : zeros();
  }

  private Sample zeros() {
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    int bytes = Math.toIntExact(Math.multiplyExact(elements, Tensors.elementBytes(dtype)));
    return new Sample(0, dtype, shape, ByteBuffer.allocate(bytes).asReadOnlyBuffer(), null);
  }

  private static Sample row(Contract contract) {
    List<@Nullable Object> cells = new ArrayList<>();
    contract.features().forEach(feature -> cells.add(cell(feature)));
    NamedValues values = new NamedValues(NamedValues.FEATURE, contract.names(), cells);
    requirePreparable(contract, values);
    return Sample.named(0, values, null, SampleOrigin.NONE);
  }

  /** A request that cannot be prepared would become a dead letter. */
  private static void requirePreparable(Contract contract, NamedValues values) {
    SamplePreparer preparer = new SamplePreparer(contract);
    try {
      if (preparer.prepare(values.toMap(), ByteBuffer.allocate(preparer.bytes()))) {
        return;
      }
    } catch (UnusableValueException e) {
      throw new IllegalStateException(contract + " takes no typical sample: " + e.getMessage(), e);
    }
    throw new IllegalStateException(contract + " leaves out a typical sample");
  }

  private static @Nullable Object cell(Feature feature) {
    if (feature.getKind() == FeatureKind.CATEGORY) {
      return feature.getCategories().isEmpty() ? null : feature.getCategories().get(0);
    }
    double least = feature.getMinimum() == null ? -Double.MAX_VALUE : feature.getMinimum();
    double most = feature.getMaximum() == null ? Double.MAX_VALUE : feature.getMaximum();
    return Math.max(least, Math.min(most, feature.getMean()));
  }
}
