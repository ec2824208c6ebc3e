package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SampleFormat;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.FeatureKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Gives a spec the sizes that follow from the data, and checks that a spec fits a contract. */
final class SpecSizes {
  /** Scales the bytes of an image to [0, 1]. */
  private static final double BYTES = 1.0 / 255;

  private SpecSizes() {}

  /**
   * Resolves a template: what the contract does not determine is as in the lineage or, without a
   * lineage, the template's default. Outputs and categories never become fewer than the lineage
   * has. Balanced class weights follow from the labels that the contract's first producer counted.
   *
   * @throws dev.tidemill.engine.InvalidSpecException if a size is unknown, or a layer does not
   *     accept it
   */
  static ModelSpec resolve(
      SpecTemplate template, Optional<Contract> contract, Optional<ModelSpec> lineage) {
    SampleFormat had = lineage.map(SampleFormat::of).orElse(SampleFormat.UNKNOWN);
    SampleFormat has = contract.map(SpecSizes::format).orElse(SampleFormat.UNKNOWN);
    ModelSpec spec = template.resolve(has.withSizesOf(had).or(had));
    long[] counts = classCounts(contract);
    // A network may have more outputs than the contract has classes.
    return spec.loss().balanced() && counts.length > 0
        ? spec.withLoss(
            spec.loss().balancedBy(Arrays.copyOf(counts, Network.of(spec).outputLength())))
        : spec.withLoss(spec.loss().balancedBy(counts));
  }

  private static long[] classCounts(Optional<Contract> contract) {
    return contract.flatMap(Contract::label).stream()
        .flatMap(label -> label.getClassCounts().stream())
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static SampleFormat format(Contract contract) {
    boolean bytes =
        contract.dtype() == DType.UINT8
            && contract.features().stream().anyMatch(f -> f.getKind() == FeatureKind.IMAGE);
    return new SampleFormat(
        Optional.of(contract.shape().stream().map(Math::toIntExact).toList()),
        OptionalDouble.of(bytes ? BYTES : 1),
        contract.outputs(),
        Optional.of(CategoryColumns.sizes(contract)));
  }

  /**
   * Returns why samples of a contract cannot be trained with a spec.
   *
   * @param template of the spec
   */
  static Optional<String> misfit(SpecTemplate template, ModelSpec spec, Contract contract) {
    List<Long> takes = spec.input().shape().stream().map(Integer::longValue).toList();
    if (!takes.equals(contract.shape())) {
      return Optional.of(
          "the spec takes samples of shape "
              + takes
              + ", but "
              + contract
              + " makes "
              + contract.shape()
              + "; leave the shape to the contract (input: {shape: auto}), or train another model"
              + " (--model)");
    }
    return CategoryColumns.misfit(template, spec, contract)
        .or(() -> contract.label().isEmpty() ? Optional.empty() : outputsMisfit(spec, contract));
  }

  private static Optional<String> outputsMisfit(ModelSpec spec, Contract contract) {
    boolean classes = spec.loss().type() == LossType.CROSS_ENTROPY;
    if (classes != contract.isClassification()) {
      return Optional.of(
          contract
              + " has "
              + (classes ? "targets" : "classes")
              + ", but the spec's loss is "
              + spec.loss().type().word()
              + "; set loss: "
              + (classes ? LossType.MSE : LossType.CROSS_ENTROPY).word());
    }
    int outputs = Network.of(spec).outputLength();
    int needs = contract.outputs().orElse(outputs);
    boolean fits = classes ? outputs >= needs : outputs == needs;
    return fits
        ? Optional.empty()
        : Optional.of(
            "the spec has "
                + outputs
                + " outputs, but "
                + contract
                + " has "
                + needs
                + (classes ? " classes" : " targets")
                + "; leave them to the contract (out_features: auto in the last linear layer), or"
                + " set them to "
                + needs);
  }
}
