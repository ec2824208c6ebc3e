package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.ModelView.ServingNow;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Committed predictions by the second: rate, errors, latencies, batch sizes, versions and answers.
 * Guarded by its owner.
 */
final class ServingHistory {
  /** How long after its end a second is first shown; most of its predictions are read then. */
  private static final long SETTLE_MILLIS = 1_000;

  /** How long a second may still grow, and answers by version and by class are kept. */
  private static final long SHORT_MILLIS = 10 * 60_000;

  private static final long NOW_MILLIS = 10_000;
  private static final int RECENT = 48;
  private static final int TRUTHS = 2_000;

  /** Predictions that can be found by their request's id. */
  private static final int FOUND = 2_000;

  private static final int MOST_CLASSES = 200;
  private static final int MOST_VERSIONS = 8;
  private static final int DIGITS = 2;
  private static final double MILLI = 1e-3;

  private final History history =
      new History(
          List.of(
              "rate",
              "errors",
              "queuedP50",
              "queuedP99",
              "computedP50",
              "computedP99",
              "totalP50",
              "totalP99",
              "batchSize",
              "version",
              "versionAge"));
  private final TreeMap<Long, Second> open = new TreeMap<>();
  private final Deque<RecentRow> recent = new ArrayDeque<>();
  private final Map<String, RecentRow> byRequest =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RecentRow> eldest) {
          return size() > FOUND;
        }
      };
  private final Map<String, String> truths =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > TRUTHS;
        }
      };
  private long total;
  private long errors;
  private @Nullable RecentRow lastError;

  /**
   * Adds a committed prediction.
   *
   * @param atMillis when it was written, as its record says
   */
  void add(Prediction prediction, int partition, long offset, long atMillis) {
    total++;
    boolean failed = prediction.getError() != null;
    RecentRow row = row(prediction, partition, offset, atMillis);
    if (failed) {
      errors++;
      lastError = row;
    }
    if (recent.size() == RECENT) {
      recent.removeFirst();
    }
    recent.addLast(row);
    byRequest.put(row.requestId(), row);
    long second = atMillis - Math.floorMod(atMillis, 1_000L);
    open.computeIfAbsent(second, Second::new).add(prediction, atMillis);
  }

  /**
   * Writes the seconds that are over and have changed, and forgets old ones. Call it each second.
   *
   * @param reading whether the topic is being read; a second without a prediction is written only
   *     then
   */
  void tick(long nowMillis, boolean reading) {
    long over = nowMillis - Math.floorMod(nowMillis, 1_000L) - 1_000 - SETTLE_MILLIS;
    for (Second second : open.headMap(over, true).values()) {
      if (second.changed) {
        history.add(second.at, second.values());
        second.changed = false;
      }
    }
    if (reading && !open.containsKey(over)) {
      // Without this, a chart would draw a line over the time without requests.
      history.add(over, Second.none());
    }
    open.headMap(over - SHORT_MILLIS).clear();
  }

  Chart chart(long fromMillis, int most) {
    return history.since(fromMillis, most);
  }

  /** Remembers the label of a recent prediction. */
  void label(Label label) {
    truths.put(label.getRequestId(), truth(label));
  }

  private static String truth(Label label) {
    return label.getLabel() != null
        ? label.getLabel().toString()
        : String.valueOf(label.getTargets());
  }

  /** Returns the labels of recent requests, by request id. */
  Map<String, String> truths() {
    return Map.copyOf(truths);
  }

  /** Returns the answers by second of the newest versions, over the last ten minutes. */
  Chart byVersion() {
    List<Long> versions =
        open.values().stream()
            .flatMap(each -> each.versions.keySet().stream())
            .distinct()
            .sorted(Comparator.reverseOrder())
            .limit(MOST_VERSIONS)
            .sorted()
            .toList();
    List<Second> seconds =
        open.values().stream()
            .filter(each -> each.versions.keySet().stream().anyMatch(versions::contains))
            .toList();
    List<List<Double>> series = new ArrayList<>();
    for (long version : versions) {
      List<Double> one = new ArrayList<>();
      seconds.forEach(each -> one.add((double) each.versions.getOrDefault(version, 0L)));
      series.add(one);
    }
    return new Chart(
        versions.stream().map(version -> Long.toString(version)).toList(),
        seconds.stream().map(each -> each.at).toList(),
        series);
  }

  /** Returns how often each class was answered in the last ten minutes, most frequent first. */
  List<ClassRow> classes() {
    Map<String, Long> sums = new HashMap<>();
    open.values()
        .forEach(each -> each.classes.forEach((name, count) -> sums.merge(name, count, Long::sum)));
    return sums.entrySet().stream()
        .map(entry -> new ClassRow(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(ClassRow::count).reversed())
        .toList();
  }

  /** Returns the newest predictions, newest first. */
  List<RecentRow> recent() {
    List<RecentRow> rows = new ArrayList<>();
    for (Iterator<RecentRow> each = recent.descendingIterator(); each.hasNext(); ) {
      rows.add(each.next());
    }
    return rows;
  }

  /** Returns the newest prediction of a request, if it is among the newest predictions. */
  Optional<RecentRow> find(String requestId) {
    return Optional.ofNullable(byRequest.get(requestId));
  }

  /** Returns figures over the last ten seconds that are over, and totals. */
  ServingNow now(long nowMillis) {
    long over = nowMillis - Math.floorMod(nowMillis, 1_000L) - SETTLE_MILLIS;
    Histogram latency = new PackedHistogram(DIGITS);
    long count = 0;
    for (Second second : open.subMap(over - NOW_MILLIS, over).values()) {
      latency.add(second.total);
      count += second.count;
    }
    return new ServingNow(
        total,
        errors,
        count * 1000.0 / NOW_MILLIS,
        count == 0 ? null : (double) latency.getValueAtPercentile(50),
        count == 0 ? null : (double) latency.getValueAtPercentile(99),
        lastError);
  }

  private static RecentRow row(Prediction answer, int partition, long offset, long atMillis) {
    return new RecentRow(
        answer.getRequestId(),
        answer.getRequestPartition(),
        answer.getRequestOffset(),
        partition,
        offset,
        atMillis,
        answer.getModelVersion(),
        answer.getWorker(),
        answer.getLabel(),
        answer.getLabelName(),
        answer.getOutputs().size() <= 64 ? List.copyOf(answer.getOutputs()) : List.of(),
        answer.getError());
  }

  /** One second of predictions that may still grow. */
  private static final class Second {
    private final long at;
    private final Histogram queued = new PackedHistogram(DIGITS);
    private final Histogram computed = new PackedHistogram(DIGITS);
    private final Histogram total = new PackedHistogram(DIGITS);
    private final NavigableMap<Long, Long> versions = new TreeMap<>();
    private final Map<String, Long> classes = new HashMap<>();
    private long count;
    private long failed;
    private long batchSizes;
    private long version;
    private long versionAge;
    private boolean changed;

    Second(long at) {
      this.at = at;
    }

    void add(Prediction answer, long atMillis) {
      changed = true;
      count++;
      failed += answer.getError() == null ? 0 : 1;
      queued.recordValue(Math.max(0, answer.getQueuedUs()));
      computed.recordValue(Math.max(0, answer.getComputedUs()));
      long millis = atMillis - answer.getRequestedAt().toEpochMilli();
      // Clocks of two machines may differ.
      total.recordValue(Math.max(0, millis));
      batchSizes += answer.getBatchSize();
      versions.merge(answer.getModelVersion(), 1L, Long::sum);
      if (versions.size() > MOST_VERSIONS) {
        versions.pollFirstEntry(); // It is not among the newest of all seconds, either.
      }
      version = Math.max(version, answer.getModelVersion());
      versionAge += answer.getVersionAgeMs();
      String name = name(answer);
      if (name != null && (classes.size() < MOST_CLASSES || classes.containsKey(name))) {
        classes.merge(name, 1L, Long::sum);
      }
    }

    private static @Nullable String name(Prediction answer) {
      if (answer.getLabelName() != null) {
        return answer.getLabelName();
      }
      return answer.getLabel() == null ? null : answer.getLabel().toString();
    }

    double[] values() {
      return new double[] {
        count,
        failed,
        queued.getValueAtPercentile(50) * MILLI,
        queued.getValueAtPercentile(99) * MILLI,
        computed.getValueAtPercentile(50) * MILLI,
        computed.getValueAtPercentile(99) * MILLI,
        total.getValueAtPercentile(50),
        total.getValueAtPercentile(99),
        (double) batchSizes / count,
        version,
        versionAge / 1000.0 / count
      };
    }

    static double[] none() {
      double none = Double.NaN;
      return new double[] {0, 0, none, none, none, none, none, none, none, none, none};
    }
  }

  /** How often a class was answered. */
  public record ClassRow(String name, long count) {}
}
