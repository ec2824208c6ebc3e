package dev.tidemill.trainer;

import dev.tidemill.schemas.PartitionBounds;

/** Offsets [start, end) of one partition: of its log, or of a bounded run's part of it. */
record Extent(int partition, long start, long end) {

  static Extent of(PartitionBounds manifest) {
    return new Extent(manifest.getPartition(), manifest.getStart(), manifest.getEnd());
  }

  PartitionBounds toManifest() {
    return new PartitionBounds(partition, start, end);
  }
}
