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
  private long left;

  /** Adds the span of a record whose last sample was trained. */
  void add(Arrival trained) {
    if (!(trained instanceof Arrival.Samples samples) || !samples.span().isRecorded()) {
      return;
    }
    if (spans.size() < MAX) {
      spans.add(samples.span());
    } else {
      left++;
    }
  }

  /** Returns the spans, and begins anew. */
  OfVersion take() {
    OfVersion taken = new OfVersion(List.copyOf(spans), left);
    spans.clear();
    left = 0;
    return taken;
  }

  /**
   * The spans of the records that a version was trained on.
   *
   * @param left records whose spans were not kept
   */
  record OfVersion(List<RecordSpan> spans, long left) {
    static final OfVersion NONE = new OfVersion(List.of(), 0);
  }
}
