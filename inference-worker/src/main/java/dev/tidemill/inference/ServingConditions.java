package dev.tidemill.inference;

import dev.tidemill.runtime.HealthMonitor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps a worker from answering, for its health, log and figures. Any thread. */
final class ServingConditions {
  private static final Logger LOG = LoggerFactory.getLogger(ServingConditions.class);

  static final String DELIVERY = "delivery";
  static final String REQUESTS_LOST = "requests lost";
  static final String VERSION_REFUSED = "version refused";
  static final String FOLLOWING = "following";
  static final String VERSIONS_HELD_BACK = "versions held back";

  /** A loss stays visible for that long; it cannot be undone. */
  private static final Duration LOSS_SHOWN = Duration.ofMinutes(5);

  private final HealthMonitor monitor;
  private final ServingMetrics metrics;
  private final Clock clock;
  private final Map<TopicPartition, Long> counted = new ConcurrentHashMap<>();
  private volatile @Nullable Instant lossShownUntil;

  ServingConditions(HealthMonitor monitor, ServingMetrics metrics, Clock clock) {
    this.monitor = monitor;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Answers were not committed; it is tried again. */
  void deliveryFailed(String cause) {
    metrics.deliveryFailed();
    monitor.degrade(DELIVERY, cause);
  }

  /** A commit was refused for good: the requests that cause it are looked for. */
  void deliveryRefused(String cause) {
    metrics.deliveryFailed();
    LOG.debug("answers were refused; looking for the request that causes it: {}", cause);
  }

  /** Answers were committed. */
  void delivered() {
    monitor.recover(DELIVERY);
  }

  /** All requests have their answers: whatever failed was done again, here or by another worker. */
  void nothingToDeliver() {
    monitor.recover(DELIVERY);
  }

  /** Ends what has been shown for long enough. */
  void expire() {
    Instant until = lossShownUntil;
    if (until != null && !clock.instant().isBefore(until)) {
      lossShownUntil = null;
      monitor.recover(REQUESTS_LOST);
    }
  }

  /** A partition's next request cannot be answered. */
  void blocked(TopicPartition partition, String cause) {
    monitor.degrade(blockedName(partition), cause);
  }

  /** It can be answered, is gone, or is another worker's. */
  void unblocked(TopicPartition partition) {
    monitor.recover(blockedName(partition));
  }

  static String blockedName(TopicPartition partition) {
    return partition + " blocked";
  }

  /**
   * Requests were deleted before they were answered. Counted once, however often the partition is
   * begun anew before something behind them is committed.
   *
   * @param from the first offset that was to be read
   * @param to the first offset that still can be
   */
  void requestsLost(TopicPartition partition, long from, long to) {
    long begin = Math.max(from, counted.getOrDefault(partition, from));
    if (begin >= to) {
      return;
    }
    counted.put(partition, to);
    metrics.requestsLost(to - begin);
    showLoss(
        "%s: offsets %d to %d were deleted before they were answered; increase retention.ms of %s"
            .formatted(partition, begin, to - 1, partition.topic()));
  }

  /**
   * Brokers lost the end of a partition, which was answered already; it is read on behind what is
   * left. Whether requests went with it that nobody had read cannot be known.
   *
   * @param position where it was to be read on
   * @param from where it is read on
   */
  void requestsTruncated(TopicPartition partition, long position, long from) {
    showLoss(
        "%s: the brokers lost records before offset %d that had been read; reading on at %d. Set"
                .formatted(partition, position, from)
            + " min.insync.replicas to 2 or more and unclean.leader.election.enable to false");
  }

  private void showLoss(String loss) {
    lossShownUntil = clock.instant().plus(LOSS_SHOWN);
    LOG.error("requests lost: {}", loss);
    monitor.degrade(REQUESTS_LOST, loss);
  }

  /** New versions and commands cannot be read; it is tried again. */
  void followingFailed(OptionalLong serving, String cause) {
    monitor.degrade(
        FOLLOWING, "new versions cannot be read, " + servedMeanwhile(serving) + ": " + cause);
  }

  /** Versions and commands were read. */
  void followed() {
    monitor.recover(FOLLOWING);
  }

  /** New versions may stand behind what others have not finished writing. */
  void versionsHeldBack(OptionalLong serving, String cause) {
    monitor.degrade(
        VERSIONS_HELD_BACK,
        "new versions may be held back, " + servedMeanwhile(serving) + ": " + cause);
  }

  void versionsComeThrough() {
    monitor.recover(VERSIONS_HELD_BACK);
  }

  private static String servedMeanwhile(OptionalLong serving) {
    return serving.isPresent()
        ? "version " + serving.getAsLong() + " is served on"
        : "and none is served yet";
  }

  void versionRefused(long version, @Nullable String reason) {
    String refusal = "version " + version + " is refused: " + reason;
    if (monitor.conditions().stream().anyMatch(c -> c.name().equals(VERSION_REFUSED))) {
      // The monitor logs the first one.
      LOG.error("{}", refusal);
    }
    monitor.degrade(VERSION_REFUSED, refusal);
  }

  void versionServed() {
    monitor.recover(VERSION_REFUSED);
  }
}
