package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.checkpoints.LineageVerifier;
import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.Checkpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one model's versions for the commands under {@code models}. */
record ModelVersions(ModelContext context) {
  private static final String CLIENT_ID = "tidemill-models";

  /**
   * Checks settings and topics.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException with every fault
   * @throws dev.tidemill.messaging.TopicContractException if the topics cannot be read as expected
   */
  static ModelVersions of(ConnectionOptions connection) {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(TopicRole.VIEWER);
    return new ModelVersions(context);
  }

  Lineage lineage() {
    return Lineage.read(context.clients(), context.codec(), context.topics(), CLIENT_ID);
  }

  ManifestLog manifests() {
    return ManifestLog.of(context.clients(), context.codec(), context.topics(), CLIENT_ID);
  }

  /** Reads payloads; the caller closes it. */
  CheckpointReader payloads() {
    return CheckpointReader.open(context.clients(), context.codec(), context.topics(), CLIENT_ID);
  }

  LineageVerifier verifier() {
    return new LineageVerifier(context.clients(), context.codec(), context.topics(), CLIENT_ID);
  }

  /**
   * Finds a version.
   *
   * @param version its number; null for the newest
   * @throws IllegalStateException if the model has no such version
   */
  Checkpoint find(@Nullable Long version) {
    Optional<Checkpoint> checkpoint =
        version == null ? lineage().newest() : manifests().version(version);
    return checkpoint.orElseThrow(
        () ->
            new IllegalStateException(
                "model "
                    + context.model()
                    + " has no version"
                    + (version == null ? " yet" : " " + version)));
  }
}
