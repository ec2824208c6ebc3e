package dev.tidemill.trainer;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state that a new leader continues from.
 *
 * @param newest the newest committed manifest; null if the lineage is empty
 * @param changes of the spec or engine since that version, one sentence each
 */
record RestoredModel(
    ModelState state, Lineage lineage, @Nullable Checkpoint newest, List<String> changes) {

  /** Returns the newest version; 0 before the first. */
  long version() {
    return newest == null ? 0 : newest.getVersion();
  }

  /** Returns the first version of the model that the next version continues or begins. */
  long root() {
    return newest == null || newest.getRestart() != null ? version() + 1 : newest.getRoot();
  }

  /** Returns the number of records in all versions that became dead letters. */
  long refusedRecords() {
    return lineage.refusedRecords();
  }
}
