package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.MalformedSafeTensorsException;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelGrowth;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.SpecDifference;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Restart;
import dev.tidemill.trainer.drift.DriftMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Restores the newest version's state for a new leader, or creates an initial state. */
final class Restorer {
  private static final int MAX_FAULTS = 3;

  private final TrainerContext context;
  private final SpecTemplate template;
  private final KnownContracts contracts;
  private final Optional<Contract> contract;

  Restorer(TrainerContext context, KnownContracts contracts) {
    this.context = context;
    this.template = context.job().template();
    this.contracts = contracts;
    this.contract = contracts.newest();
  }

  /**
   * Restores the newest version of a lineage. Before the lineage and the group's offsets are read,
   * the caller must have fenced all older trainers.
   *
   * @throws LineageLostException if versions were lost
   * @throws TopicChangedException if the batches topic was recreated
   * @throws ContractChangedException if the topic of the data contract was recreated
   * @throws RunRefusedException if the spec or the initial weights contradict the lineage, or the
   *     lineage contradicts itself
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if the newest version cannot be
   *     read
   */
  RestoredModel restore(Lineage lineage, GroupPositions group) {
    requireNoneLost(lineage, group);
    requireSound(lineage);
    return lineage
        .newest()
        .map(newest -> resume(lineage, newest))
        .orElseGet(() -> new RestoredModel(initial(), lineage, null, List.of()));
  }

  /** Returns the spec with the sizes that follow from the contract and the lineage. */
  private ModelSpec spec(Optional<ModelSpec> lineage) {
    ModelSpec spec = SpecSizes.resolve(template, contract, lineage);
    contract
        .flatMap(newest -> SpecSizes.misfit(template, spec, newest))
        .ifPresent(
            misfit -> {
              throw new RunRefusedException(misfit);
            });
    return spec;
  }

  private void requireSound(Lineage lineage) {
    List<String> faults = new ArrayList<>(lineage.contradictions());
    lineage.malformedEnd().ifPresent(faults::add);
    if (!faults.isEmpty()) {
      throw new RunRefusedException(
          "the lineage of model "
              + context.settings().model()
              + " contradicts itself, so training stops: "
              + String.join("; ", faults.subList(0, Math.min(MAX_FAULTS, faults.size())))
              + ". Run: tidemill models verify");
    }
    List<String> others = lineage.verify();
    if (!others.isEmpty()) {
      context
          .listener()
          .onNotice(
              "the lineage has faults ("
                  + others.size()
                  + ") that do not prevent training; the first: "
                  + others.get(0)
                  + ". Run: tidemill models verify");
    }
  }

  private void requireNoneLost(Lineage lineage, GroupPositions group) {
    long found = lineage.newest().map(Checkpoint::getVersion).orElse(0L);
    long ofGroup = group.newestVersion();
    long ofProcess = context.known().version();
    if (found < Math.max(ofGroup, ofProcess)) {
      throw new LineageLostException(
          context.settings().model(),
          context.topics().checkpoints(),
          found,
          Math.max(ofGroup, ofProcess),
          ofGroup >= ofProcess ? "group " + context.positionsGroup() : "this trainer",
          context.positionsGroup());
    }
    context.known().committed(found);
  }

  private RestoredModel resume(Lineage lineage, Checkpoint newest) {
    if (context.job().init().isPresent()) {
      throw new RunRefusedException(
          "model "
              + newest.getModel()
              + " already has a lineage (version "
              + newest.getVersion()
              + "), and --init only starts a new one; omit --init, or train another model"
              + " (--model)");
    }
    requireSameTopic(newest);
    contracts.require(newest);
    ModelSpec had = ModelSpec.parse(newest.getSpec());
    ModelSpec spec = spec(Optional.of(had));
    Growth growth = Growth.between(had, spec, template, contract);
    SpecDifference difference = SpecDifference.between(had, growth.before());
    if (!difference.allowed()) {
      throw new RunRefusedException(
          "the spec does not fit version "
              + newest.getVersion()
              + " of model "
              + newest.getModel()
              + ": "
              + String.join("; ", difference.refusals()));
    }
    List<String> changes = changes(difference, newest);
    changes.addAll(growth.changes());
    growth.changes().forEach(context.listener()::onNotice);
    @Nullable Restart restart = newest.getRestart();
    ModelState state =
        restart == null
            ? read(newest, growth, spec)
            : beginAnew(newest, restart, read(newest, growth, spec).driftState(), spec, changes);
    return new RestoredModel(state, lineage, newest, List.copyOf(changes));
  }

  private ModelState read(Checkpoint newest, Growth growth, ModelSpec spec) {
    ModelState state = ModelState.allocate(growth.before());
    try (CheckpointReader reader =
        CheckpointReader.open(
            context.clients(), context.codec(), context.topics(), context.clientId("restore"))) {
      reader.readInto(newest, state);
    }
    return growth.changes().isEmpty() ? state : ModelGrowth.grow(state, spec);
  }

  /**
   * Returns the fresh state of the model after a restart. It follows from the spec and from what is
   * committed alone, so each trainer that begins it begins the same one.
   *
   * @param last the last version of the previous model
   * @param driftState of that version
   * @param changes receives what the next version says about it
   */
  private ModelState beginAnew(
      Checkpoint last, Restart restart, String driftState, ModelSpec spec, List<String> changes) {
    long version = last.getVersion();
    long seed = spec.training().seed() + version;
    ModelState state = ModelState.initial(spec, seed);
    state.counters(TrainingCounters.initial(seed).withSamples(last.getSamples()));
    state.driftState(DriftMonitor.restarted(restart.getSamples(), driftState));
    String change =
        "a new model after version %d: fresh parameters with the seed %d, from %s"
            .formatted(version, seed, Restarts.describe(restart.getPositions()));
    changes.add(change);
    context.listener().onNotice(change);
    return state;
  }

  /** Rejects another topic, on which the positions of the lineage are not valid. */
  private void requireSameTopic(Checkpoint newest) {
    String topic = context.topics().batches();
    if (!newest.getTopic().equals(topic)) {
      throw new RunRefusedException(
          "version "
              + newest.getVersion()
              + " of model "
              + newest.getModel()
              + " was trained on topic "
              + newest.getTopic()
              + ", and its positions are not valid on "
              + topic
              + "; set topic.batches to the former topic, or train another model (--model)");
    }
    if (!newest.getTopicId().equals(context.batchesId())) {
      throw new TopicChangedException(
          newest.getModel(), topic, newest.getVersion(), newest.getTopicId(), context.batchesId());
    }
  }

  private List<String> changes(SpecDifference difference, Checkpoint newest) {
    List<String> changes = new ArrayList<>(difference.changes());
    String engine = context.job().engine().name();
    if (!engine.equals(newest.getEngine())) {
      changes.add("engine: " + newest.getEngine() + " -> " + engine);
    }
    return changes;
  }

  private ModelState initial() {
    ModelSpec spec = spec(Optional.empty());
    ModelState state = ModelState.initial(spec, spec.training().seed());
    context.job().init().ifPresent(file -> readInitial(file, state));
    return state;
  }

  /** Reads weights only; a new lineage starts with fresh optimizer state and counters. */
  private void readInitial(Path file, ModelState state) {
    if (!Files.isReadable(file)) {
      throw new RunRefusedException("initial weights (--init): there is no readable file " + file);
    }
    try {
      SafeTensors.readWeights(file, state);
    } catch (IOException | MalformedSafeTensorsException e) {
      throw new RunRefusedException(
          "initial weights (--init) from " + file + ": " + e.getMessage(), e);
    }
  }
}
