package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest dead letters, and what was done with them. Guarded by its owner. */
final class LetterTable {
  private static final int MOST = 2_000;
  private static final int PREVIEW_BYTES = 256;

  /** A reason's figures differ from record to record; its kind does not. */
  private static final String FIGURES = "[0-9]+([.,][0-9]+)*";

  private final TreeMap<Long, Stored> letters = new TreeMap<>();
  private final Map<Long, DeadLetterAction> actions = new HashMap<>();
  private long total;
  private long revision;

  void add(long offset, DeadLetter letter, long atMillis) {
    total++;
    revision++;
    letters.put(offset, new Stored(letter, atMillis));
    if (letters.size() > MOST) {
      long oldest = letters.firstKey();
      letters.remove(oldest);
      actions.remove(oldest);
    }
  }

  void add(DeadLetterAction action) {
    revision++;
    actions.put(action.getOffset(), action);
  }

  long revision() {
    return revision;
  }

  /** Dead letters that nobody has replayed or discarded, among those that are kept. */
  long open() {
    return letters.keySet().stream().filter(offset -> !actions.containsKey(offset)).count();
  }

  /** Returns the kinds of reasons of open letters, the most frequent first. */
  List<ReasonRow> reasons() {
    Map<String, Long> counts = new HashMap<>();
    letters.forEach(
        (offset, letter) -> {
          if (!actions.containsKey(offset)) {
            counts.merge(kind(letter.letter().getReason()), 1L, Long::sum);
          }
        });
    return counts.entrySet().stream()
        .map(entry -> new ReasonRow(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(ReasonRow::count).reversed())
        .toList();
  }

  /** Returns the newest letters, newest first. */
  List<LetterRow> rows(int most) {
    List<LetterRow> rows = new ArrayList<>();
    for (Map.Entry<Long, Stored> each : letters.descendingMap().entrySet()) {
      if (rows.size() == most) {
        break;
      }
      rows.add(row(each.getKey(), each.getValue()));
    }
    return rows;
  }

  long total() {
    return total;
  }

  /** Returns the offsets of open letters with a kind of reason, oldest first. */
  List<Long> openWith(String kind) {
    return letters.entrySet().stream()
        .filter(entry -> !actions.containsKey(entry.getKey()))
        .filter(entry -> kind(entry.getValue().letter().getReason()).equals(kind))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String kind(String reason) {
    return reason.replaceAll(FIGURES, "#");
  }

  private LetterRow row(long offset, Stored stored) {
    DeadLetter letter = stored.letter();
    DeadLetterAction action = actions.get(offset);
    return new LetterRow(
        offset,
        stored.atMillis(),
        letter.getTopic(),
        letter.getPartition(),
        letter.getOffset(),
        letter.getReason(),
        kind(letter.getReason()),
        letter.getWorker(),
        letter.getValue() == null ? 0 : letter.getValue().remaining(),
        letter.getValue() == null ? "" : Preview.of(letter.getValue(), PREVIEW_BYTES),
        action == null ? null : action.getAction().name(),
        action == null ? null : action.getOperator());
  }

  private record Stored(DeadLetter letter, long atMillis) {}

  /** A kind of reason: the reason without its figures. */
  public record ReasonRow(String kind, long count) {}

  /**
   * A dead letter as the page shows it.
   *
   * @param offset its offset in `dead-letters`
   * @param action REPLAY or DISCARD; null while it is open
   */
  public record LetterRow(
      long offset,
      long at,
      String topic,
      int partition,
      long recordOffset,
      String reason,
      String kind,
      String worker,
      int bytes,
      String preview,
      @Nullable String action,
      @Nullable String operator) {}
}
