package dev.tidemill.trainer;

import dev.tidemill.messaging.tracing.RecordSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * The spans of the records that were trained since the last version; they end when the next one is
 * committed. Keeps a bounded number, and counts the others. Training thread.
 */
final class TrainedSpans {
  /** Enough to see where time goes, in about a megabyte. */
  static final int MAX = 1_000;

  private final List<RecordSpan> spans = new ArrayList<>();
  private long records;
  private long dropped;

  /** Adds a record whose last sample was trained. */
  void add(Arrival trained) {
    if (!(trained instanceof Arrival.Samples samples)) {
      return;
    }
    records++;
    if (samples.span().isRecorded()) {
      if (spans.size() < MAX) {
        spans.add(samples.span());
      } else {
        dropped++;
      }
    }
  }

  /** Returns the spans, and begins again. */
  OfVersion take() {
    OfVersion taken = new OfVersion(List.copyOf(spans), records, dropped);
    spans.clear();
    records = 0;
    dropped = 0;
    return taken;
  }

  /**
   * The spans of the records that a version was trained on.
   *
   * @param spans recorded ones
   * @param records number of all records whose last sample was trained
   * @param dropped records whose spans were not kept
   */
  record OfVersion(List<RecordSpan> spans, long records, long dropped) {
    static final OfVersion NONE = new OfVersion(List.of(), 0, 0);
  }
}
