package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Payload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of the checkpoints topic. Retention writes a version's record again, without its
 * payload.
 *
 * @param offset the record's offset
 */
record Manifest(long offset, Checkpoint checkpoint) {
  private static final String PAYLOAD = "payload";

  long version() {
    return checkpoint.getVersion();
  }

  boolean hasPayload() {
    return checkpoint.getPayload() != null;
  }

  /**
   * Returns whether a later record of the same version has the same contents; its payload may be
   * gone.
   */
  boolean agreesWith(Manifest later) {
    @Nullable Payload payload = later.checkpoint.getPayload();
    return (payload == null || payload.equals(checkpoint.getPayload()))
        && Checkpoint.getClassSchema().getFields().stream()
            .filter(field -> !field.name().equals(PAYLOAD))
            .allMatch(
                field ->
                    Objects.equals(checkpoint.get(field.pos()), later.checkpoint.get(field.pos())));
  }
}
