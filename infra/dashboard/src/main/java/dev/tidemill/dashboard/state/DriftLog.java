package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.DriftEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Changes in the data that trainers reported, newest first. Guarded by its owner. */
final class DriftLog {
  private static final int MOST = 100;

  private final Deque<DriftRow> rows = new ArrayDeque<>();
  private long revision;

  void add(DriftEvent event) {
    revision++;
    rows.addFirst(
        new DriftRow(
            event.getCreatedAt().toEpochMilli(),
            event.getDetected(),
            String.format(
                Locale.ROOT,
                "%s: %.3f, then %.3f (%s)",
                signal(event),
                event.getBefore(),
                event.getAfter(),
                event.getDetector()),
            event.getTopic(),
            event.getPartition(),
            event.getOffset(),
            event.getVersion(),
            event.getAction()));
    if (rows.size() > MOST) {
      rows.removeLast();
    }
  }

  private static String signal(DriftEvent event) {
    return switch (event.getSignal()) {
      case ERROR -> "prequential error";
      case INPUT -> "distance of feature " + event.getFeature() + " from the data contract";
      case DELAYED -> "error by delayed labels";
    };
  }

  long revision() {
    return revision;
  }

  List<DriftRow> rows() {
    return List.copyOf(rows);
  }

  /**
   * A change.
   *
   * @param at when it was found, in milliseconds since 1970
   * @param samples trained since the lineage began when it was found
   * @param topic of the record with which it began
   * @param version that reports it, or the newest one at that time
   */
  public record DriftRow(
      long at,
      long samples,
      String what,
      String topic,
      int partition,
      long offset,
      long version,
      String action) {}
}
