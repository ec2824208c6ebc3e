package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.MalformedSafeTensorsException;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.SpecDifference;
import dev.tidemill.schemas.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the state that a new leader goes on from: the newest version's, or an initial one. */
final class Restorer {
  private static final int MOST_FAULTS = 3;

  private final TrainerContext context;
  private final ModelSpec spec;

  Restorer(TrainerContext context) {
    this.context = context;
    this.spec = context.job().spec();
  }

  /**
   * Finds the newest version of a lineage. To be called only by a trainer that has fenced all older
   * ones before the lineage and the group's offsets were read.
   *
   * @throws LineageLostException if versions are gone
   * @throws TopicChangedException if the batches topic was recreated
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
        .map(newest -> goOn(lineage, newest))
        .orElseGet(() -> new RestoredModel(initial(), lineage, null, List.of()));
  }

  private void requireSound(Lineage lineage) {
    List<String> faults = new ArrayList<>(lineage.contradictions());
    lineage.malformedEnd().ifPresent(faults::add);
    if (!faults.isEmpty()) {
      throw new RunRefusedException(
          "the lineage of model "
              + context.settings().model()
              + " contradicts itself, and is not trained further: "
              + String.join("; ", faults.subList(0, Math.min(MOST_FAULTS, faults.size())))
              + ". See: tidemill models verify");
    }
    List<String> others = lineage.verify();
    if (!others.isEmpty()) {
      context
          .listener()
          .onNotice(
              "the lineage has faults that don't keep it from being trained further ("
                  + others.size()
                  + "), the first: "
                  + others.get(0)
                  + ". See: tidemill models verify");
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

  private RestoredModel goOn(Lineage lineage, Checkpoint newest) {
    if (context.job().init().isPresent()) {
      throw new RunRefusedException(
          "model "
              + newest.getModel()
              + " has a lineage (version "
              + newest.getVersion()
              + "): initial weights are for a new one; leave out --init, or name another model");
    }
    requireSameTopic(newest);
    SpecDifference difference = SpecDifference.between(ModelSpec.parse(newest.getSpec()), spec);
    if (!difference.allowed()) {
      throw new RunRefusedException(
          "the spec does not fit version "
              + newest.getVersion()
              + " of model "
              + newest.getModel()
              + ": "
              + String.join("; ", difference.refusals()));
    }
    ModelState state = ModelState.allocate(spec);
    try (CheckpointReader reader =
        CheckpointReader.open(
            context.clients(), context.codec(), context.topics(), context.clientId("restore"))) {
      reader.readInto(newest, state);
    }
    return new RestoredModel(state, lineage, newest, changes(difference, newest));
  }

  /** Offsets of one topic mean nothing in another. */
  private void requireSameTopic(Checkpoint newest) {
    String topic = context.topics().batches();
    if (!newest.getTopic().equals(topic)) {
      throw new RunRefusedException(
          "version "
              + newest.getVersion()
              + " of model "
              + newest.getModel()
              + " was trained on the topic "
              + newest.getTopic()
              + ": its positions mean nothing on "
              + topic);
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
    return List.copyOf(changes);
  }

  private ModelState initial() {
    ModelState state = ModelState.initial(spec, spec.training().seed());
    context.job().init().ifPresent(file -> readInitial(file, state));
    return state;
  }

  /** Weights alone: the optimizer and the counters of a new lineage begin anew. */
  private void readInitial(Path file, ModelState state) {
    if (!Files.isReadable(file)) {
      throw new RunRefusedException("initial weights: there is no file " + file + " to be read");
    }
    try {
      SafeTensors.readWeights(file, state);
    } catch (IOException | MalformedSafeTensorsException e) {
      throw new RunRefusedException("initial weights from " + file + ": " + e.getMessage(), e);
    }
  }
}
