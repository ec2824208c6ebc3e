package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long samples take to be served: when the oldest sample of each new version was produced, when
 * it was trained and published, and when an inference worker first served it, whether or not a
 * request came. Feeds add records, the metrics take what is complete. Any thread.
 */
public final class Freshness {
  /** Versions that wait to be served, and complete ones that wait to be taken. */
  private static final int MOST = 1_000;

  /** Served versions that are remembered, because that may be read before the manifest. */
  private static final int MOST_SERVED = 100;

  /** Measured versions that are kept for {@link #summary}. */
  private static final int MOST_SUMMARIZED = 500;

  private static final int FIRST_EPOCH = 1;

  // The end of what was trained for the first time, by partition.
  private final Map<Integer, Long> reached = new HashMap<>();
  private final TreeMap<Long, Version> waiting = new TreeMap<>();

  /** Those of {@link #waiting} that no worker has served yet. */
  private final TreeMap<Long, Version> unserved = new TreeMap<>();

  private final TreeMap<Long, Long> firstServed = new TreeMap<>();
  private final TreeMap<Long, Lookup> lookups = new TreeMap<>();
  private final Deque<Times> complete = new ArrayDeque<>();
  private final Deque<Times> newestMeasured = new ArrayDeque<>();
  private final Map<Unmeasured, Long> unmeasured = new EnumMap<>(Unmeasured.class);
  private long newest;

  /** Forgets all versions, because the topics are read again. */
  synchronized void restart() {
    waiting.clear();
    unserved.clear();
    firstServed.clear();
    lookups.clear();
    reached.clear();
    newest = 0;
  }

  /**
   * Adds a manifest.
   *
   * @param atMillis when it was written
   * @param isNew whether it is not from before the dashboard's start; of an older one, it may be
   *     unknown when it was first served
   */
  synchronized void published(Checkpoint manifest, long atMillis, boolean isNew) {
    long version = manifest.getVersion();
    if (version <= newest) {
      return; // Written again without its payload.
    }
    newest = version;
    Map<Integer, Long> starts = firstTrained(manifest);
    if (!isNew || starts.isEmpty()) {
      return;
    }
    Version added = new Version(manifest.getCreatedAt().toEpochMilli(), atMillis);
    Map.Entry<Long, Long> served = firstServed.ceilingEntry(version);
    waiting.put(version, added);
    if (served == null) {
      unserved.put(version, added);
    } else {
      added.servedAt = served.getValue();
    }
    lookups.put(version, new Lookup(version, starts));
    if (waiting.size() > MOST) {
      leaveOut(waiting.firstKey(), Unmeasured.DISPLACED);
    }
  }

  private void leaveOut(long version, Unmeasured why) {
    waiting.remove(version);
    unserved.remove(version);
    lookups.remove(version);
    count(why);
  }

  /**
   * Returns where the samples begin that were never trained before. A later epoch trains the same
   * samples once more, and so does a new model after a restart.
   */
  private Map<Integer, Long> firstTrained(Checkpoint manifest) {
    Map<Integer, Long> starts = new HashMap<>();
    for (OffsetRange range : manifest.getRanges()) {
      long before = reached.getOrDefault(range.getPartition(), 0L);
      long start = Math.max(range.getStartOffset(), before);
      boolean isNew = range.getEndOffset() > start || range.getStartOffset() >= before;
      if (range.getEpoch() == FIRST_EPOCH && hasSamples(range) && isNew) {
        starts.merge(range.getPartition(), start, Math::min);
        reached.merge(range.getPartition(), range.getEndOffset(), Math::max);
      }
    }
    return starts;
  }

  private void count(Unmeasured why) {
    unmeasured.merge(why, 1L, Long::sum);
  }

  private static boolean hasSamples(OffsetRange range) {
    return range.getStartOffset() < range.getEndOffset()
        || range.getStartSample() < range.getEndSample();
  }

  /** Adds that an inference worker serves a version, and with it the samples of all before. */
  synchronized void served(long version, long atMillis) {
    if (firstServed.putIfAbsent(version, atMillis) != null || version == 0) {
      return;
    }
    if (firstServed.size() > MOST_SERVED) {
      firstServed.pollFirstEntry();
    }
    // What a flood of versions costs must not grow with the number that wait.
    for (Map.Entry<Long, Version> before = unserved.firstEntry();
        before != null && before.getKey() <= version;
        before = unserved.firstEntry()) {
      before.getValue().servedAt = atMillis;
      unserved.pollFirstEntry();
      settle(before.getKey(), before.getValue());
    }
  }

  /**
   * Forgets the versions that wait to be served, because a version is pinned or no inference worker
   * runs: how old they become meanwhile says nothing of the pipeline.
   */
  synchronized void forgetUnserved() {
    List.copyOf(unserved.keySet()).forEach(version -> leaveOut(version, Unmeasured.NOT_SERVED));
  }

  /** Returns how many versions were not measured, since the dashboard started. */
  public synchronized long unmeasured(Unmeasured why) {
    return unmeasured.getOrDefault(why, 0L);
  }

  /**
   * Returns where the oldest samples of a version are, one version at a time, each once. The newest
   * comes first: in a flood, an older one would be displaced while its samples are looked up.
   */
  public synchronized Optional<Lookup> nextLookup() {
    return Optional.ofNullable(lookups.pollLastEntry()).map(Map.Entry::getValue);
  }

  /**
   * Adds when the oldest sample of a version was produced.
   *
   * @param atMillis empty if it cannot be read, for example because retention has deleted it
   */
  public synchronized void produced(long version, Optional<Long> atMillis) {
    Version of = waiting.get(version);
    if (of == null) {
      return;
    }
    if (atMillis.isEmpty()) {
      leaveOut(version, Unmeasured.UNREADABLE);
    } else {
      of.producedAt = atMillis.get();
      settle(version, of);
    }
  }

  private void settle(long version, Version of) {
    Long produced = of.producedAt;
    Long served = of.servedAt;
    if (produced == null || served == null) {
      return;
    }
    Times times = new Times(produced, of.trainedAt, of.publishedAt, served);
    complete.add(times);
    newestMeasured.add(times);
    waiting.remove(version);
    while (newestMeasured.size() > MOST_SUMMARIZED) {
      newestMeasured.remove();
    }
    while (complete.size() > MOST) {
      complete.remove();
    }
  }

  /** Returns the versions that were served for the first time since the last call. */
  public synchronized List<Times> take() {
    List<Times> taken = new ArrayList<>(complete);
    complete.clear();
    return taken;
  }

  /** Returns what is known of the newest versions. */
  public synchronized FreshnessSummary summary() {
    Map<String, Long> leftOut = new TreeMap<>();
    unmeasured.forEach((why, count) -> leftOut.put(why.words(), count));
    return FreshnessSummary.of(List.copyOf(newestMeasured), leftOut);
  }

  private static final class Version {
    private final long trainedAt;
    private final long publishedAt;
    private @Nullable Long producedAt;
    private @Nullable Long servedAt;

    Version(long trainedAt, long publishedAt) {
      this.trainedAt = trainedAt;
      this.publishedAt = publishedAt;
    }
  }

  /** Why a version was not measured. */
  public enum Unmeasured {
    /** A version was pinned, or no inference worker ran. */
    NOT_SERVED,
    /** The brokers did not give its oldest samples: too slow, refused, or deleted. */
    UNREADABLE,
    /** Too many versions waited. */
    DISPLACED;

    private String words() {
      return switch (this) {
        case NOT_SERVED -> "not served";
        case UNREADABLE -> "oldest sample unreadable";
        case DISPLACED -> "too many waited";
      };
    }
  }

  /** The first offset of a version's samples, by partition of `batches`. */
  public record Lookup(long version, Map<Integer, Long> starts) {}

  /**
   * The life of a version's oldest sample, in milliseconds since 1970.
   *
   * @param trainedAt when the snapshot of the version was taken
   */
  public record Times(long producedAt, long trainedAt, long publishedAt, long servedAt) {

    /** Brings the times into their order: clocks of two machines may differ. */
    public Times {
      trainedAt = Math.max(producedAt, trainedAt);
      publishedAt = Math.max(trainedAt, publishedAt);
      servedAt = Math.max(publishedAt, servedAt);
    }

    long untilTrained() {
      return trainedAt - producedAt;
    }

    long untilPublished() {
      return publishedAt - trainedAt;
    }

    long untilServed() {
      return servedAt - publishedAt;
    }

    long total() {
      return servedAt - producedAt;
    }
  }
}
