package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.schemas.DelayedDrift;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.Target;
import dev.tidemill.trainer.drift.Boost;
import dev.tidemill.trainer.drift.DelayedErrors;
import dev.tidemill.trainer.drift.DriftPolicy;
import dev.tidemill.trainer.drift.DriftSettings;
import dev.tidemill.trainer.drift.LabelPositions;
import dev.tidemill.trainer.labels.LabelDuty;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Assembles what watches the error by delayed labels in a term, and where it continues. */
final class DelayedLabels {
  private DelayedLabels() {}

  /** Creates the errors of a term; empty if no drift is watched. */
  static Optional<DelayedErrors> errors(
      TrainerContext context, ModelSpec spec, KnownContracts contracts) {
    Optional<DelayedErrors> errors =
        spec.training().fullBatch()
            ? Optional.empty()
            : context
                .settings()
                .drift()
                .detector()
                .map(kind -> new DelayedErrors(kind, () -> deviations(contracts.newest())));
    errors.ifPresent(context.metrics()::labels);
    return errors;
  }

  private static List<Double> deviations(Optional<Contract> contract) {
    return contract
        .flatMap(Contract::label)
        .map(LabelContract::getTargets)
        .orElse(List.of())
        .stream()
        .map(Target::getDeviation)
        .toList();
  }

  /** Creates the thread that reads labels and predictions. */
  static LabelDuty duty(TrainerContext context, DelayedErrors errors) {
    return new LabelDuty(
        context.clientId("labels"),
        context.clients(),
        context.codec(),
        errors,
        context.guard()::optionalTopics,
        context.monitor(),
        context.timing().topicCheck(),
        context.clock());
  }

  /**
   * Continues after a change that was reported without a version, if the restored version does not
   * know of it.
   *
   * @param event the newest change of this signal
   * @param version the restored version
   */
  static void resume(
      DelayedErrors errors, DriftEvent event, long version, Boost boost, DriftSettings settings) {
    DelayedDrift delayed = event.getDelayed();
    if (delayed == null) {
      return;
    }
    SortedMap<Integer, Long> read = new TreeMap<>();
    delayed.getRead().forEach(at -> read.put(at.getPartition(), at.getOffset()));
    boolean isNewer =
        errors.resumeAfter(
            new LabelPositions(
                event.getTopicId(), "", delayed.getLabeledAt(), read, new TreeMap<>()));
    if (isNewer
        && event.getVersion() == version
        && event.getPolicy().equals(DriftPolicy.BOOST.word())
        && settings.policy() == DriftPolicy.BOOST
        && !boost.isActive()) {
      boost.begin(settings.boostFactor(), settings.boostSamples());
    }
  }
}
