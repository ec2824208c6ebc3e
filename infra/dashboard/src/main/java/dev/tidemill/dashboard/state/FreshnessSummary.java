package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.Freshness.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long the oldest samples of the newest versions took to be served.
 *
 * @param versions number of versions
 * @param stages from production to training, publication and first serving, and in total
 * @param buckets number of versions by their total
 * @param leftOut number of versions that could not be measured since the dashboard started, by
 *     reason
 */
public record FreshnessSummary(
    int versions, List<Stage> stages, List<Bucket> buckets, Map<String, Long> leftOut) {
  private static final long[] BOUNDS = {
    1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 21_600_000, Long.MAX_VALUE
  };

  static FreshnessSummary of(List<Times> times, Map<String, Long> leftOut) {
    return new FreshnessSummary(
        times.size(),
        List.of(
            Stage.of("produced → trained", times, Times::untilTrained),
            Stage.of("trained → published", times, Times::untilPublished),
            Stage.of("published → first served", times, Times::untilServed),
            Stage.of("total", times, Times::total)),
        buckets(times),
        leftOut);
  }

  private static List<Bucket> buckets(List<Times> times) {
    long[] counts = new long[BOUNDS.length];
    for (Times each : times) {
      int bucket = Arrays.binarySearch(BOUNDS, each.total());
      counts[bucket < 0 ? -1 - bucket : bucket]++;
    }
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < BOUNDS.length; i++) {
      buckets.add(new Bucket(BOUNDS[i] == Long.MAX_VALUE ? null : BOUNDS[i], counts[i]));
    }
    return buckets;
  }

  /**
   * How long one stage took, in milliseconds; 0 without a version.
   *
   * @param p90 90th percentile
   */
  public record Stage(String name, long median, long p90, long longest) {
    private static Stage of(String name, List<Times> times, ToLongFunction<Times> stage) {
      long[] sorted = times.stream().mapToLong(stage).sorted().toArray();
      return sorted.length == 0
          ? new Stage(name, 0, 0, 0)
          : new Stage(name, at(sorted, 0.5), at(sorted, 0.9), sorted[sorted.length - 1]);
    }

    /** The smallest value that at least this share of the values does not exceed. */
    private static long at(long[] sorted, double share) {
      return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
  }

  /**
   * The versions with a total above the bucket before, and up to a bound.
   *
   * @param millis the bound; null if there is none
   */
  public record Bucket(@Nullable Long millis, long versions) {}
}
