package dev.tidemill.trainer;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new leader goes on from.
 *
 * @param newest the newest committed manifest; null where the lineage is empty
 * @param changes of the spec since then, one sentence each
 */
record RestoredModel(
    ModelState state, Lineage lineage, @Nullable Checkpoint newest, List<String> changes) {

  /** The newest version; 0 before the first. */
  long version() {
    return newest == null ? 0 : newest.getVersion();
  }

  /** Records of all versions that became dead letters. */
  long refusedRecords() {
    return lineage.refusedRecords();
  }
}
