package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The records of {@code batches} by partition and offset, and which of them were refused. */
final class BatchLog {
  private final NavigableMap<Integer, NavigableMap<Long, Batch>> partitions = new TreeMap<>();
  private final Set<Place> refused = new HashSet<>();

  BatchLog(History history) {
    for (Batch batch : history.batches()) {
      partitions
          .computeIfAbsent(batch.at().partition(), partition -> new TreeMap<>())
          .put(batch.at().offset(), batch);
    }
    for (Letter letter : history.letters()) {
      if (letter.committed()) {
        refused.add(letter.of());
      }
    }
  }

  /** Samples of one record that lie between two positions, the second one excluded. */
  record Part(Batch batch, int from, int to) {
    int samples() {
      return to - from;
    }

    String where() {
      return batch.where(from);
    }
  }

  SortedSet<Integer> partitions() {
    return new TreeSet<>(partitions.keySet());
  }

  boolean isRefused(Batch batch) {
    return refused.contains(batch.at());
  }

  /** Returns the parts of committed records between two positions. */
  List<Part> committed(int partition, SamplePosition start, SamplePosition end) {
    return parts(partition, start, end).stream().filter(part -> part.batch().committed()).toList();
  }

  /** Returns the parts of all records between two positions. */
  List<Part> parts(int partition, SamplePosition start, SamplePosition end) {
    List<Part> parts = new ArrayList<>();
    if (!start.isBefore(end)) {
      return parts;
    }
    Map<Long, Batch> within =
        partitions
            .getOrDefault(partition, new TreeMap<>())
            .subMap(start.offset(), true, end.offset(), true);
    for (Batch batch : within.values()) {
      long offset = batch.at().offset();
      int from = offset == start.offset() ? start.sample() : 0;
      int to = offset == end.offset() ? Math.min(end.sample(), batch.samples()) : batch.samples();
      if (from < to) {
        parts.add(new Part(batch, from, to));
      }
    }
    return parts;
  }
}
