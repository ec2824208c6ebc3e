package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import java.util.Objects;

/**
 * One record of the checkpoints topic: retention writes a version's again, without its payload.
 *
 * @param offset where it stands
 */
record Manifest(long offset, Checkpoint checkpoint) {
  private static final String PAYLOAD = "payload";

  long version() {
    return checkpoint.getVersion();
  }

  /** Whether the other tells the same version's facts; only where its bytes are may differ. */
  boolean tellsTheSame(Manifest other) {
    return Checkpoint.getClassSchema().getFields().stream()
        .filter(field -> !field.name().equals(PAYLOAD))
        .allMatch(
            field ->
                Objects.equals(checkpoint.get(field.pos()), other.checkpoint.get(field.pos())));
  }
}
