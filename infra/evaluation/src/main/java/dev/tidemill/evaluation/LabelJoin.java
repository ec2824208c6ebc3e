package dev.tidemill.evaluation;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins labels with the predictions of the same request, whichever comes first, and scores each
 * version. Memory and waiting are bounded by {@link JoinLimits}. One thread.
 *
 * <p>A request id may be used again, as by a caller that sends the same file twice. So the first
 * label of an id belongs to its first prediction, the second to the second, and so on. If nothing
 * exceeds the limits, scores and counts do not depend on how the records of the two topics are
 * interleaved, nor on the order of requests with different ids.
 */
public final class LabelJoin {
  /** The place of a record, if the caller does not ask for comparisons. */
  private static final RecordAt UNKNOWN = new RecordAt(-1, -1);

  private final JoinLimits limits;
  private final long maxWaitMillis;
  private final Consumer<Comparison> compared;

  /** What waits, or is remembered, oldest first. */
  private final Deque<Held> queue = new ArrayDeque<>();

  private final Map<String, Request> requests = new HashMap<>();
  private final TreeMap<Long, VersionTally> versions = new TreeMap<>();
  private long latest = Long.MIN_VALUE;
  private long scored;
  private long errors;
  private long unusable;
  private long duplicates;
  private long late;
  private long orphans;
  private long displaced;

  /** A request id with what waits for it; never both predictions and labels. */
  private static final class Request {
    final String id;

    /** Null if nothing waits, as for most that are only remembered. */
    private @Nullable Deque<Held> waiting;

    /** Entries of the queue that refer to it; without any it is forgotten. */
    int held;

    boolean joined;
    boolean expired;

    Request(String id) {
      this.id = id;
    }

    void add(Held added) {
      if (waiting == null) {
        waiting = new ArrayDeque<>(1);
      }
      waiting.add(added);
    }

    /** Removes and returns the oldest entry that waits, if it matches. */
    @Nullable Held takeIf(Predicate<Held> condition) {
      Deque<Held> some = waiting;
      if (some == null || !condition.test(some.element())) {
        return null;
      }
      Held first = some.remove();
      waiting = some.isEmpty() ? null : some;
      return first;
    }
  }

  /**
   * An entry of the queue. Without a prediction and a label, it only keeps the request in memory.
   */
  private static final class Held {
    final Request request;

    /** In milliseconds since the epoch. */
    final long since;

    private RecordAt at;
    private @Nullable Answered prediction;
    private @Nullable Expected label;

    Held(
        Request request,
        long since,
        RecordAt at,
        @Nullable Answered prediction,
        @Nullable Expected label) {
      this.request = request;
      this.since = since;
      this.at = at;
      this.prediction = prediction;
      this.label = label;
    }

    boolean isPrediction() {
      return prediction != null;
    }

    boolean isLabel() {
      return label != null;
    }

    /** Keeps only the request. */
    void clear() {
      at = UNKNOWN;
      prediction = null;
      label = null;
    }
  }

  public LabelJoin(JoinLimits limits) {
    this(limits, comparison -> {});
  }

  /**
   * @param compared receives each comparison when it is made, inside {@link #add}
   */
  public LabelJoin(JoinLimits limits, Consumer<Comparison> compared) {
    this.limits = limits;
    this.maxWaitMillis = limits.maxWait().toMillis();
    this.compared = compared;
  }

  /** Adds a prediction, or an error. */
  public void add(Prediction prediction, Instant now) {
    add(prediction, UNKNOWN, now);
  }

  /** Adds a prediction, or an error, of a place on its topic. */
  public void add(Prediction prediction, RecordAt at, Instant now) {
    advance(now);
    Request request = requests.computeIfAbsent(prediction.getRequestId(), Request::new);
    Held held = hold(new Held(request, latest, at, Answered.of(prediction), null));
    Held label = request.takeIf(Held::isLabel);
    if (label == null) {
      request.add(held);
    } else {
      join(held, label);
    }
    displace();
  }

  /** Adds a label. */
  public void add(Label label, Instant now) {
    add(label, UNKNOWN, now);
  }

  /** Adds a label of a place on its topic. */
  public void add(Label label, RecordAt at, Instant now) {
    advance(now);
    Request request = requests.computeIfAbsent(label.getRequestId(), Request::new);
    Held held = hold(new Held(request, latest, at, null, Expected.of(label)));
    Held prediction = request.takeIf(Held::isPrediction);
    if (prediction == null) {
      request.add(held);
    } else {
      join(prediction, held);
    }
    displace();
  }

  private Held hold(Held held) {
    queue.add(held);
    held.request.held++;
    return held;
  }

  private void join(Held prediction, Held label) {
    Answered answer = Objects.requireNonNull(prediction.prediction);
    Expected expected = Objects.requireNonNull(label.label);
    prediction.request.joined = true;
    if (answer.isError()) {
      errors++;
    } else if (answer.fits(expected)
        && versions
            .computeIfAbsent(answer.version(), added -> new VersionTally(answer))
            .add(answer, expected)) {
      scored++;
      if (versions.size() > limits.versions()) {
        versions.pollFirstEntry();
      }
      compared.accept(Comparison.of(answer, expected, prediction.at, label.at));
    } else {
      unusable++;
    }
    prediction.clear();
    label.clear();
  }

  /**
   * Drops what has waited too long.
   *
   * @param now time never goes back: an earlier one than before counts as that
   */
  public void advance(Instant now) {
    latest = Math.max(latest, now.toEpochMilli());
    while (!queue.isEmpty() && latest - queue.element().since >= maxWaitMillis) {
      Held held = queue.remove();
      boolean wasPrediction = held.isPrediction();
      expire(held);
      if (wasPrediction) {
        // Remembered for as long again, to tell a late label from one without a prediction.
        held.request.expired = true;
        Held unused = hold(new Held(held.request, latest, UNKNOWN, null, null));
      }
      release(held.request);
    }
  }

  /** Drops everything that still waits, because nothing more will come. */
  public void finish() {
    while (!queue.isEmpty()) {
      Held held = queue.remove();
      expire(held);
      release(held.request);
    }
  }

  private void expire(Held held) {
    boolean isLabel = held.isLabel();
    forget(held);
    if (isLabel) {
      if (held.request.joined) {
        duplicates++;
      } else if (held.request.expired) {
        late++;
      } else {
        orphans++;
      }
    }
  }

  private void displace() {
    while (queue.size() > limits.records()) {
      Held held = queue.remove();
      if (forget(held)) {
        displaced++;
      }
      release(held.request);
    }
  }

  /** Ends the wait of the oldest entry; returns whether it waited. */
  private static boolean forget(Held oldest) {
    boolean waited = oldest.request.takeIf(oldest::equals) != null;
    oldest.clear();
    return waited;
  }

  private void release(Request request) {
    request.held--;
    if (request.held == 0) {
      requests.remove(request.id);
    }
  }

  /** The scores of each version, by its number. */
  public SortedMap<Long, VersionScores> scores() {
    SortedMap<Long, VersionScores> scores = new TreeMap<>();
    versions.forEach((version, tally) -> scores.put(version, tally.scores()));
    return scores;
  }

  public JoinCounts counts() {
    return new JoinCounts(scored, errors, unusable, duplicates, late, orphans, displaced);
  }
}
