package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Consecutive versions of one root and one run.
 *
 * @param begins where the run begins, by partition; the others begin at offset 0
 */
record ModelRun(List<Manifest> versions, Map<Integer, SamplePosition> begins) {

  /** Cuts a lineage into runs. */
  static List<ModelRun> of(List<Manifest> lineage) {
    List<ModelRun> runs = new ArrayList<>();
    List<Manifest> open = new ArrayList<>();
    Map<Integer, SamplePosition> begins = Map.of();
    for (Manifest version : lineage) {
      if (!open.isEmpty()) {
        Manifest last = open.get(open.size() - 1);
        if (last.root() != version.root() || last.run() != version.run()) {
          runs.add(new ModelRun(List.copyOf(open), begins));
          open.clear();
          begins = new HashMap<>();
          for (Map.Entry<Integer, Manifest.Position> next : last.next().entrySet()) {
            begins.put(next.getKey(), next.getValue().sample());
          }
        }
      }
      open.add(version);
    }
    if (!open.isEmpty()) {
      runs.add(new ModelRun(open, begins));
    }
    return runs;
  }

  Manifest last() {
    return versions.get(versions.size() - 1);
  }

  boolean isBounded() {
    return last().epochs() > 0;
  }

  SamplePosition begin(int partition) {
    return begins.getOrDefault(partition, SamplePosition.at(0));
  }

  /** Returns where an epoch begins. */
  SamplePosition begin(int partition, int epoch) {
    return epoch == 1 ? begin(partition) : boundsStart(partition);
  }

  /** Returns where the last version ended an epoch. */
  SamplePosition end(int partition, int epoch, Manifest.Position position) {
    return epoch < position.epoch() ? boundsEnd(partition) : position.sample();
  }

  /** The start may move to a later record when records are deleted, which gaps then name. */
  private SamplePosition boundsStart(int partition) {
    return SamplePosition.at(
        versions.stream()
            .map(version -> version.bounds().get(partition))
            .filter(bounds -> bounds != null)
            .mapToLong(bounds -> bounds.start())
            .min()
            .orElse(0));
  }

  private SamplePosition boundsEnd(int partition) {
    Manifest.Bounds bounds = last().bounds().get(partition);
    return SamplePosition.at(bounds == null ? 0 : bounds.end());
  }
}
