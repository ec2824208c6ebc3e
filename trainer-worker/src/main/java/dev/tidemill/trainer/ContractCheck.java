package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.TrainingBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Checks batches against the data contract that they name. Reader's thread. */
final class ContractCheck {
  private final KnownContracts contracts;
  private final SpecTemplate template;
  private final ModelSpec spec;
  private final Consumer<String> notices;
  private final Set<Integer> passed = new HashSet<>();
  private int fitting;

  /**
   * @param template of the spec
   * @param spec of the term, which fits the newest version of the contract
   * @param notices receives what a later epoch leaves out
   */
  ContractCheck(
      KnownContracts contracts, SpecTemplate template, ModelSpec spec, Consumer<String> notices) {
    this.contracts = contracts;
    this.template = template;
    this.spec = spec;
    this.notices = notices;
    this.fitting = newest();
  }

  private int newest() {
    return contracts.newest().map(Contract::version).orElse(0);
  }

  /** Returns why the batch may not name its contract; may find that there is a newer contract. */
  Optional<String> version(TrainingBatch batch) {
    return contracts.fault(batch.getContract());
  }

  /** Says once per version that a later epoch leaves out its batches, which make no dead letter. */
  void passed(TrainingBatch batch, String why) {
    if (passed.add(batch.getContract())) {
      notices.accept("an epoch after the first leaves out batches: " + why);
    }
  }

  /** Returns why the newest contract needs another network than the term's. */
  Optional<String> misfit() {
    if (newest() == fitting) {
      return Optional.empty();
    }
    Optional<String> misfit =
        contracts.newest().flatMap(contract -> SpecSizes.misfit(template, spec, contract));
    if (misfit.isEmpty()) {
      fitting = newest();
    }
    return misfit;
  }

  /**
   * Returns why the inputs do not conform to the contract that the batch names. A batch may not use
   * a category that a later version added.
   */
  Optional<String> inputs(TrainingBatch batch, TensorView inputs) {
    return contracts
        .version(batch.getContract())
        .flatMap(contract -> inputs(contract, batch, inputs));
  }

  private static Optional<String> inputs(
      Contract contract, TrainingBatch batch, TensorView inputs) {
    List<Long> shape = inputs.shape();
    String has = ", but data contract version " + contract.version() + " has ";
    if (batch.getInputs().getDtype() != contract.dtype()) {
      return Optional.of("inputs are " + batch.getInputs().getDtype() + has + contract.dtype());
    }
    if (shape.isEmpty() || !shape.subList(1, shape.size()).equals(contract.shape())) {
      return Optional.of(
          "inputs have shape " + shape + has + "samples of shape " + contract.shape());
    }
    return categories(contract, inputs);
  }

  /** Checks the samples that are complete. */
  private static Optional<String> categories(Contract contract, TensorView inputs) {
    SortedMap<Integer, Feature> indexed = contract.indexedCategories();
    int width = contract.width();
    int samples = indexed.isEmpty() ? 0 : inputs.data().remaining() / inputs.type().bytes() / width;
    for (int sample = 0; sample < samples; sample++) {
      for (Map.Entry<Integer, Feature> feature : indexed.entrySet()) {
        int element = feature.getKey();
        double stored = inputs.type().value(inputs.data(), sample * width + element);
        double number = stored * inputs.scale() + inputs.offset();
        if (number >= feature.getValue().getCategories().size()) {
          return Optional.of(
              "sample "
                  + sample
                  + ": value "
                  + element
                  + " is "
                  + (number == (long) number
                      ? Long.toString((long) number)
                      : Double.toString(number))
                  + ", but "
                  + categories(feature.getValue(), contract));
        }
      }
    }
    return Optional.empty();
  }

  private static String categories(Feature feature, Contract contract) {
    int categories = feature.getCategories().size();
    return "feature `%s` of data contract version %d has %d categories, 0 to %d"
        .formatted(feature.getName(), contract.version(), categories, categories - 1);
  }

  /**
   * Returns why labels are none of the contract's classes. A batch may not use a class that a later
   * version added.
   *
   * @param labels complete
   */
  Optional<String> labels(TrainingBatch batch, TensorView labels) {
    return contracts
        .version(batch.getContract())
        .filter(contract -> !contract.classes().isEmpty() && !labels.type().isFloating())
        .flatMap(contract -> labels(contract, labels));
  }

  private static Optional<String> labels(Contract contract, TensorView labels) {
    int classes = contract.classes().size();
    int count = labels.data().remaining() / labels.type().bytes();
    long samples = labels.shape().get(0);
    for (int i = 0; i < count; i++) {
      double number = labels.type().value(labels.data(), i);
      if (number >= classes) {
        return Optional.of(
            "sample %d: label %d is out of range: data contract version %d has %d classes, 0 to %d"
                .formatted(
                    i / (count / samples),
                    (long) number,
                    contract.version(),
                    classes,
                    classes - 1));
      }
    }
    return Optional.empty();
  }
}
