package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DriftCheck;
import dev.tidemill.engine.TensorView;
import dev.tidemill.schemas.TrainingBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Compares batches with the data that their contract was derived from, and refuses or reports those
 * that differ. Batches without a contract pass. Reader's thread.
 */
final class DataGate {
  private final DataGateMode mode;
  private final double limit;
  private final KnownContracts contracts;
  private final Runnable counter;
  private final Consumer<String> notices;
  private final Map<Integer, DriftCheck> checks = new HashMap<>();
  private final Set<String> noticed = new HashSet<>();

  /**
   * @param limit for the population stability index
   * @param counter counts a batch that is out of bounds
   * @param notices receives a sentence for the first batch of each feature
   */
  DataGate(
      DataGateMode mode,
      double limit,
      KnownContracts contracts,
      Runnable counter,
      Consumer<String> notices) {
    this.mode = mode;
    this.limit = limit;
    this.contracts = contracts;
    this.counter = counter;
    this.notices = notices;
  }

  /** Returns why a batch is not to be trained. Reports it only if it is new. */
  Optional<String> fault(TrainingBatch batch, TensorView inputs, TensorView labels, boolean isNew) {
    if (mode == DataGateMode.OFF) {
      return Optional.empty();
    }
    Optional<String> fault =
        contracts
            .version(batch.getContract())
            .map(this::check)
            .flatMap(check -> fault(check, inputs, labels));
    if (isNew && fault.isPresent()) {
      counter.run();
      if (mode == DataGateMode.WARN) {
        warn(fault.get());
      }
    }
    return mode == DataGateMode.QUARANTINE
        ? fault.map(text -> "out of bounds (data.gate=quarantine): " + text)
        : Optional.empty();
  }

  private DriftCheck check(Contract contract) {
    return checks.computeIfAbsent(contract.version(), version -> new DriftCheck(contract, limit));
  }

  private static Optional<String> fault(DriftCheck check, TensorView inputs, TensorView labels) {
    return check.fault(
        Math.toIntExact(inputs.shape().get(0)),
        i -> inputs.type().value(inputs.data(), i) * inputs.scale() + inputs.offset(),
        i -> labels.type().value(labels.data(), i),
        labels.data().remaining() / labels.type().bytes());
  }

  private void warn(String fault) {
    String feature = fault.substring(0, fault.indexOf(':'));
    if (noticed.add(feature)) {
      notices.accept("a batch is out of bounds (data.gate=warn): " + fault);
    }
  }
}
