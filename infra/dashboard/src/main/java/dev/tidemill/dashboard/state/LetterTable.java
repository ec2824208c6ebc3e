package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The newest dead letters, and what was done with them; how many are open, however old they are.
 * Guarded by its owner.
 */
final class LetterTable {
  private static final int MOST = 2_000;
  private static final int PREVIEW_BYTES = 256;
  private static final int LONGEST_REASON = 1_000;

  /** A reason's figures differ from record to record; its kind does not. */
  private static final Pattern FIGURES = Pattern.compile("[0-9][0-9.,]*");

  private final TreeMap<Long, Stored> letters = new TreeMap<>();
  private final TreeMap<Long, DeadLetterAction> actions = new TreeMap<>();
  private final OffsetSet open = new OffsetSet();

  /** Letters with an action, which may be read before the letter is. */
  private final OffsetSet done = new OffsetSet();

  private long total;
  private long revision;

  void add(long offset, DeadLetter letter, long atMillis) {
    total++;
    revision++;
    letters.put(offset, new Stored(letter, atMillis));
    if (!done.contains(offset)) {
      open.add(offset);
    }
    if (letters.size() > MOST) {
      long oldest = letters.firstKey();
      letters.remove(oldest);
      actions.headMap(oldest, true).clear();
    }
  }

  void add(DeadLetterAction action) {
    revision++;
    actions.put(action.getOffset(), action);
    done.add(action.getOffset());
    open.remove(action.getOffset());
    if (actions.size() > MOST) {
      actions.pollFirstEntry(); // Of a letter that is no longer kept, or never came.
    }
  }

  /** Forgets the letters that retention has removed. */
  void removeBefore(long offset) {
    if (!letters.isEmpty() && letters.firstKey() < offset) {
      revision++;
    }
    letters.headMap(offset).clear();
    actions.headMap(offset).clear();
    open.removeBefore(offset);
    done.removeBefore(offset);
  }

  long revision() {
    return revision;
  }

  /** Returns the number of dead letters that nobody has replayed or discarded. */
  long open() {
    return open.size();
  }

  /** Returns the kinds of reasons of open letters that are kept, the most frequent first. */
  private List<ReasonRow> reasons() {
    Map<String, Long> counts = new HashMap<>();
    letters.forEach(
        (offset, letter) -> {
          if (!actions.containsKey(offset)) {
            counts.merge(letter.kind(), 1L, Long::sum);
          }
        });
    return counts.entrySet().stream()
        .map(entry -> new ReasonRow(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(ReasonRow::count).reversed())
        .toList();
  }

  /**
   * Returns the kinds of reasons and the newest letters.
   *
   * @param topicId id of the topic
   */
  LettersView view(String topicId, int most) {
    return new LettersView(topicId, total, open(), reasons(), rows(most));
  }

  /** Returns the newest letters, newest first. */
  private List<LetterRow> rows(int most) {
    List<LetterRow> rows = new ArrayList<>();
    for (Map.Entry<Long, Stored> each : letters.descendingMap().entrySet()) {
      if (rows.size() == most) {
        break;
      }
      rows.add(row(each.getKey(), each.getValue()));
    }
    return rows;
  }

  /** Returns the offsets of open letters that are kept, with a kind of reason, oldest first. */
  List<Long> openWith(String kind) {
    return letters.entrySet().stream()
        .filter(entry -> !actions.containsKey(entry.getKey()))
        .filter(entry -> entry.getValue().kind().equals(kind))
        .map(Map.Entry::getKey)
        .toList();
  }

  private LetterRow row(long offset, Stored stored) {
    DeadLetterAction action = actions.get(offset);
    return new LetterRow(
        offset,
        stored.atMillis,
        stored.topic,
        stored.partition,
        stored.recordOffset,
        stored.reason,
        stored.kind(),
        stored.worker,
        stored.bytes,
        stored.preview(),
        action == null ? null : action.getAction().name(),
        action == null ? null : action.getOperator());
  }

  /**
   * What the page shows of a letter, whose record may have many megabytes. Most letters of a flood
   * are never shown, so their kinds and previews are made when they are.
   */
  private static final class Stored {
    private final long atMillis;
    private final String topic;
    private final int partition;
    private final long recordOffset;
    private final String reason;
    private final String worker;
    private final int bytes;
    private final byte[] head;
    private @Nullable String kind;

    Stored(DeadLetter letter, long atMillis) {
      ByteBuffer value = letter.getValue();
      String text = letter.getReason();
      this.atMillis = atMillis;
      this.topic = letter.getTopic();
      this.partition = letter.getPartition();
      this.recordOffset = letter.getOffset();
      this.reason =
          text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + " …";
      this.worker = letter.getWorker();
      this.bytes = value == null ? 0 : value.remaining();
      this.head = new byte[Math.min(bytes, PREVIEW_BYTES)];
      if (value != null) {
        value.duplicate().get(head);
      }
    }

    String kind() {
      String known = kind;
      if (known == null) {
        known = FIGURES.matcher(reason).replaceAll("#");
        kind = known;
      }
      return known;
    }

    String preview() {
      return Preview.of(head, bytes > head.length);
    }
  }

  /**
   * The dead letters: how many were seen, how many are open, the kinds of reasons of those that are
   * kept, and the newest.
   *
   * @param topicId id of the topic, without which an offset means nothing
   */
  public record LettersView(
      String topicId, long total, long open, List<ReasonRow> reasons, List<LetterRow> newest) {}

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
