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

/** Reports what keeps a worker from answering, in its health, log and metrics. Any thread. */
final class ServingConditions {
  private static final Logger LOG = LoggerFactory.getLogger(ServingConditions.class);

  static final String ANSWERS_NOT_COMMITTED = "answers not committed";
  static final String REQUESTS_LOST = "requests lost";
  static final String REQUESTS_EXPIRED = "requests expired";
  static final String VERSION_REFUSED = "version refused";
  static final String FOLLOWING = "following";
  static final String VERSIONS_HELD_BACK = "versions held back";

  /** How long a loss stays visible; it cannot be undone. */
  private static final Duration LOSS_SHOWN_FOR = Duration.ofMinutes(5);

  /** How long a worker that answered too late is called so: others may have taken its load. */
  private static final Duration EXPIRY_SHOWN_FOR = Duration.ofMinutes(1);

  private final HealthMonitor monitor;
  private final ServingMetrics metrics;
  private final Clock clock;
  private final Map<TopicPartition, Long> counted = new ConcurrentHashMap<>();
  private volatile @Nullable Instant lossShownUntil;
  private volatile @Nullable Instant expiryShownUntil;
  private long expired;

  ServingConditions(HealthMonitor monitor, ServingMetrics metrics, Clock clock) {
    this.monitor = monitor;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Reports that answers were not committed; the worker retries. */
  void commitFailed(String cause) {
    metrics.commitFailed();
    monitor.degrade(ANSWERS_NOT_COMMITTED, cause);
  }

  /** Reports a permanently refused commit; the worker looks for the requests that cause it. */
  void commitRefused(String cause) {
    metrics.commitFailed();
    LOG.debug("answers were refused; looking for the request that causes it: {}", cause);
  }

  /** Reports that answers were committed. */
  void delivered() {
    monitor.recover(ANSWERS_NOT_COMMITTED);
  }

  /** Reports that this worker or another one has answered all requests, whatever failed before. */
  void nothingToDeliver() {
    monitor.recover(ANSWERS_NOT_COMMITTED);
  }

  /** Ends conditions that were visible for long enough. */
  void expire() {
    if (isOver(lossShownUntil) || isOver(expiryShownUntil)) {
      endShown();
    }
  }

  /** Looks again, because another thread may have reported more meanwhile. */
  private synchronized void endShown() {
    if (isOver(lossShownUntil)) {
      lossShownUntil = null;
      monitor.recover(REQUESTS_LOST);
    }
    if (isOver(expiryShownUntil)) {
      expiryShownUntil = null;
      expired = 0;
      monitor.recover(REQUESTS_EXPIRED);
    }
  }

  private boolean isOver(@Nullable Instant until) {
    return until != null && !clock.instant().isBefore(until);
  }

  /** Reports that a partition's next request cannot be answered. */
  void blocked(TopicPartition partition, String cause) {
    monitor.degrade(blockedName(partition), cause);
  }

  /** Reports that the request can be answered, is gone, or belongs to another worker. */
  void unblocked(TopicPartition partition) {
    monitor.recover(blockedName(partition));
  }

  static String blockedName(TopicPartition partition) {
    return partition + " blocked";
  }

  /**
   * Reports that requests were deleted before they were answered. Counts each once, even if the
   * partition is initialized again before a later offset is committed.
   *
   * @param from the first offset that was to be read
   * @param to the first offset that still exists
   */
  void requestsLost(TopicPartition partition, long from, long to) {
    long begin = Math.max(from, counted.getOrDefault(partition, from));
    if (begin >= to) {
      return;
    }
    counted.put(partition, to);
    metrics.requestsLost(to - begin);
    reportLoss(
        "%s: offsets %d to %d were deleted before they were answered; increase retention.ms of %s"
            .formatted(partition, begin, to - 1, partition.topic()));
  }

  /** Reports requests that got an error because their deadline had passed. */
  synchronized void requestsExpired(int count) {
    expired += count;
    expiryShownUntil = clock.instant().plus(EXPIRY_SHOWN_FOR);
    monitor.degrade(
        REQUESTS_EXPIRED,
        "requests whose deadline passed before they were answered: %d; start more workers, or allow"
                .formatted(expired)
            + " more time");
  }

  /**
   * Reports that brokers lost the end of a partition that was already answered. The worker
   * continues after what is left. Nobody can know whether unread requests were lost, too.
   *
   * @param position the offset that was to be read
   * @param from the offset that is read instead
   */
  void requestsTruncated(TopicPartition partition, long position, long from) {
    reportLoss(
        "%s: the brokers lost records before offset %d that had been read; continuing at offset %d."
                .formatted(partition, position, from)
            + " Set min.insync.replicas to 2 or more and unclean.leader.election.enable to false");
  }

  private synchronized void reportLoss(String loss) {
    lossShownUntil = clock.instant().plus(LOSS_SHOWN_FOR);
    LOG.error("requests lost: {}", loss);
    monitor.degrade(REQUESTS_LOST, loss);
  }

  /** Reports that new versions and commands cannot be read; the worker retries. */
  void followingFailed(OptionalLong serving, String cause) {
    monitor.degrade(
        FOLLOWING, "new versions cannot be read; " + stillServing(serving) + ": " + cause);
  }

  /** Reports that versions and commands were read. */
  void followed() {
    monitor.recover(FOLLOWING);
  }

  /** Reports that an open transaction of another producer may hide new versions. */
  void versionsHeldBack(OptionalLong serving, String cause) {
    monitor.degrade(
        VERSIONS_HELD_BACK,
        "new versions may be held back; " + stillServing(serving) + ": " + cause);
  }

  void versionsNoLongerHeldBack() {
    monitor.recover(VERSIONS_HELD_BACK);
  }

  private static String stillServing(OptionalLong serving) {
    return serving.isPresent()
        ? "still serving version " + serving.getAsLong()
        : "no version is loaded yet";
  }

  void versionRefused(long version, @Nullable String reason) {
    String refusal = "version " + version + " is refused: " + reason;
    if (monitor.conditions().stream().anyMatch(c -> c.name().equals(VERSION_REFUSED))) {
      // The monitor logs only the first refusal.
      LOG.error("{}", refusal);
    }
    monitor.degrade(VERSION_REFUSED, refusal);
  }

  void versionServed() {
    monitor.recover(VERSION_REFUSED);
  }
}
