package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelGrowth;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.SpecDifference;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.schemas.Checkpoint;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** The payloads that commands of operators concern. Publishing thread. */
final class Payloads {
  private final TrainerContext context;
  private final CheckpointPublisher publisher;
  private final KnownContracts contracts;
  private final ModelSpec spec;
  private final long root;

  /**
   * @param spec the term's spec
   * @param root of the model that the term trains
   */
  Payloads(
      TrainerContext context,
      CheckpointPublisher publisher,
      KnownContracts contracts,
      ModelSpec spec,
      long root) {
    this.context = context;
    this.publisher = publisher;
    this.contracts = contracts;
    this.spec = spec;
    this.root = root;
  }

  /** Whether the payload of a version exists. */
  boolean exists(long version) {
    return publisher.hasPayload(version);
  }

  /**
   * Reads an older version into a state of the term's network, which may have grown since.
   *
   * @throws CommandRejectedException if the version does not exist, cannot be read or cannot be
   *     used
   */
  void read(@Nullable Long version, ModelState into) {
    Checkpoint manifest = require(version);
    requireRoot(manifest);
    try {
      requireContract(manifest);
      readIntoNetwork(manifest, into);
    } catch (CommandRejectedException | WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever is wrong with an older version: training does not need it.
      if (KafkaFailures.kind(e) == KafkaFailures.Kind.FENCED) {
        throw e;
      }
      throw new CommandRejectedException(
          "cannot read version "
              + version
              + ": "
              + KafkaFailures.explain(e, context.topics().checkpointChunks()),
          e);
    }
  }

  private void readIntoNetwork(Checkpoint manifest, ModelState into) {
    ModelSpec had = ModelSpec.parse(manifest.getSpec());
    Growth growth = Growth.between(had, spec, context.job().template(), contracts.newest());
    SpecDifference difference = SpecDifference.between(had, growth.before());
    if (!difference.allowed()) {
      throw new CommandRejectedException(
          "version "
              + manifest.getVersion()
              + " has another network: "
              + String.join("; ", difference.refusals()));
    }
    if (growth.changes().isEmpty()) {
      read(manifest, into);
      return;
    }
    ModelState smaller = ModelState.allocate(growth.before());
    read(manifest, smaller);
    ModelState grown = ModelGrowth.grow(smaller, spec);
    into.data().put(0, grown.data(), 0, grown.data().limit());
  }

  /**
   * Removes the payload of a version ahead of retention.
   *
   * @param pinned versions whose payload is kept
   * @throws CommandRejectedException if the version does not exist or must be kept
   */
  void delete(@Nullable Long version, Set<Long> pinned) throws Exception {
    Checkpoint manifest = require(version);
    if (manifest.getVersion() == context.known().version()) {
      throw new CommandRejectedException(
          "version " + version + " is the newest, from which training continues");
    }
    if (pinned.contains(manifest.getVersion())) {
      throw new CommandRejectedException(
          "version " + version + " is pinned; run: tidemill models unpin");
    }
    publisher.removePayload(manifest);
  }

  private Checkpoint require(@Nullable Long version) {
    if (version == null) {
      throw new CommandRejectedException("the command names no version");
    }
    return publisher
        .withPayload(version)
        .orElseThrow(() -> new CommandRejectedException("has no weights of version " + version));
  }

  /**
   * Requires a version of the model that the term trains. The weights of an earlier model may have
   * been trained on records that this one trains again.
   */
  private void requireRoot(Checkpoint manifest) {
    if (manifest.getRoot() != root) {
      throw new CommandRejectedException(
          "version %d belongs to an earlier model than version %d began; pin it to serve it"
              .formatted(manifest.getVersion(), root));
    }
  }

  /** Requires that numbers mean now what they meant when the version was trained. */
  private void requireContract(Checkpoint manifest) {
    contracts
        .contradiction(manifest)
        .ifPresent(
            contradiction -> {
              throw new CommandRejectedException(
                  String.valueOf(contradiction.getMessage()), contradiction);
            });
    int trained = manifest.getContract();
    Optional<Contract> newest = contracts.newest();
    if (trained > 0 && newest.isPresent() && !newest.get().accepts(trained)) {
      throw new CommandRejectedException(
          "version "
              + manifest.getVersion()
              + " was trained with data contract version "
              + trained
              + ", which version "
              + newest.get().version()
              + " replaced");
    }
  }

  private void read(Checkpoint manifest, ModelState into) {
    try (CheckpointReader reader =
        CheckpointReader.open(
            context.clients(), context.codec(), context.topics(), context.clientId("rollback"))) {
      reader.readInto(manifest, into);
    }
  }
}
