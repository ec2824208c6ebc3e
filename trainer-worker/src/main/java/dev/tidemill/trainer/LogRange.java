package dev.tidemill.trainer;

import dev.tidemill.schemas.PartitionBounds;

/** Offsets [start, end) of one partition: its whole log, or the bounds of a run. */
record LogRange(int partition, long start, long end) {

  static LogRange of(PartitionBounds manifest) {
    return new LogRange(manifest.getPartition(), manifest.getStart(), manifest.getEnd());
  }

  PartitionBounds toManifest() {
    return new PartitionBounds(partition, start, end);
  }
}
