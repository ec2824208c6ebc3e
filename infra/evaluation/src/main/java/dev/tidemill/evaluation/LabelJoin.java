package dev.tidemill.evaluation;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
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
  private final Consumer<Comparison> compared;

  /** What waits, or is remembered, oldest first. */
  private final Deque<Held> queue = new ArrayDeque<>();

  private final Map<String, Request> requests = new HashMap<>();
  private final TreeMap<Long, VersionTally> versions = new TreeMap<>();
  private Instant latest = Instant.MIN;
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
    final Deque<Held> predictions = new ArrayDeque<>(1);
    final Deque<Held> labels = new ArrayDeque<>(1);

    /** Entries of the queue that refer to it; without any it is forgotten. */
    int held;

    boolean joined;
    boolean expired;

    Request(String id) {
      this.id = id;
    }
  }

  /**
   * An entry of the queue. Without a prediction and a label, it only keeps the request in memory.
   */
  private static final class Held {
    final Request request;
    final Instant since;
    final RecordAt at;
    final @Nullable Answered prediction;
    final @Nullable Label label;
    boolean waits;

    Held(
        Request request,
        Instant since,
        RecordAt at,
        @Nullable Answered prediction,
        @Nullable Label label) {
      this.request = request;
      this.since = since;
      this.at = at;
      this.prediction = prediction;
      this.label = label;
      this.waits = prediction != null || label != null;
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
    Held label = request.labels.poll();
    if (label == null) {
      request.predictions.add(held);
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
    Held held = hold(new Held(request, latest, at, null, label));
    Held prediction = request.predictions.poll();
    if (prediction == null) {
      request.labels.add(held);
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
    prediction.waits = false;
    label.waits = false;
    prediction.request.joined = true;
    Answered answer = prediction.prediction;
    Label expected = label.label;
    if (answer == null || expected == null) {
      throw new IllegalStateException("a prediction waits among labels, or the reverse");
    }
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
      compared.accept(
          Comparison.of(
              answer, expected.getLabel(), expected.getTargets(), prediction.at, label.at));
    } else {
      unusable++;
    }
  }

  /**
   * Drops what has waited too long.
   *
   * @param now time never goes back: an earlier one than before counts as that
   */
  public void advance(Instant now) {
    latest = now.isAfter(latest) ? now : latest;
    while (!queue.isEmpty() && !queue.element().since.plus(limits.maxWait()).isAfter(latest)) {
      Held held = queue.remove();
      boolean wasPrediction = held.waits && held.prediction != null;
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
    if (!held.waits) {
      return;
    }
    if (held.prediction != null) {
      held.request.predictions.remove(held);
    } else {
      held.request.labels.remove(held);
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
      if (held.waits) {
        held.request.predictions.remove(held);
        held.request.labels.remove(held);
        displaced++;
      }
      release(held.request);
    }
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
