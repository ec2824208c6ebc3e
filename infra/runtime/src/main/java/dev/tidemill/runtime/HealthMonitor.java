package dev.tidemill.runtime;

import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of one worker as a state machine. The worker's parts report named conditions, and
 * report again when they are over. While a condition is active, the worker is degraded. Logs one
 * line when a condition begins and one when it ends. Any thread.
 */
public final class HealthMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private final String worker;
  private final Clock clock;
  private final @Nullable WorkerMetrics metrics;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  /** In the order in which they began. Replaced on each change, never modified. */
  private volatile Map<String, HealthCondition> active = Map.of();

  public HealthMonitor(String worker, Clock clock) {
    this(worker, clock, null);
  }

  /**
   * A monitor that exports the metrics of {@link HealthMetrics} for each condition that was ever
   * reported.
   */
  public HealthMonitor(String worker, Clock clock, @Nullable WorkerMetrics metrics) {
    this.worker = worker;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Reports a condition that begins now or continues. */
  public void degrade(String condition, String cause) {
    degrade(condition, cause, clock.instant());
  }

  /**
   * Reports a condition that begins or continues.
   *
   * @param began when it began; ignored if the condition is active already
   */
  public synchronized void degrade(String condition, String cause, Instant began) {
    HealthCondition before = active.get(condition);
    HealthCondition now =
        before == null
            ? new HealthCondition(condition, cause, began, 1)
            : new HealthCondition(condition, cause, before.since(), before.count() + 1);
    Map<String, HealthCondition> changed = new LinkedHashMap<>(active);
    changed.put(condition, now);
    active = Collections.unmodifiableMap(changed);
    count(condition);
    if (before == null) {
      LOG.warn("{} is degraded: {}", worker, now);
    }
  }

  /** Ends a condition. Does nothing if it is not active. */
  public void recover(String condition) {
    // Called after each success, so the usual case is one volatile read.
    if (active.containsKey(condition)) {
      end(condition);
    }
  }

  private synchronized void end(String condition) {
    Map<String, HealthCondition> changed = new LinkedHashMap<>(active);
    HealthCondition ended = changed.remove(condition);
    if (ended == null) {
      return;
    }
    active = Collections.unmodifiableMap(changed);
    LOG.info(
        "{} recovered after {}: {}{}",
        worker,
        seconds(Duration.between(ended.since(), clock.instant())),
        ended,
        changed.isEmpty()
            ? ""
            : "; still degraded: " + String.join(", ", List.copyOf(changed.keySet())));
  }

  /** The active conditions, in the order in which they began. */
  public List<HealthCondition> conditions() {
    return List.copyOf(active.values());
  }

  /** Adds the active conditions to a health; a running worker with one is degraded. */
  public Health apply(Health base) {
    Collection<HealthCondition> now = active.values();
    if (now.isEmpty()) {
      return base;
    }
    List<HealthCondition> conditions = List.copyOf(now);
    return switch (base.state()) {
      case READY, STANDBY, STARTING, DEGRADED ->
          new Health(
              Health.State.DEGRADED,
              base.detail()
                  + "; "
                  + conditions.stream()
                      .map(HealthCondition::toString)
                      .collect(Collectors.joining("; ")),
              base.cause(),
              conditions.get(0).since(),
              conditions.stream().mapToLong(HealthCondition::count).sum(),
              conditions);
      case STOPPING, STOPPED, FAILED ->
          new Health(
              base.state(), base.detail(), base.cause(), base.since(), base.count(), conditions);
    };
  }

  /** The clock that dates the conditions. */
  Clock clock() {
    return clock;
  }

  private void count(String condition) {
    WorkerMetrics registered = metrics;
    if (registered != null) {
      counters.computeIfAbsent(condition, name -> counter(registered, name)).increment();
    }
  }

  private Counter counter(WorkerMetrics registered, String condition) {
    registered.gauge(
        HealthMetrics.CONDITION_SECONDS, () -> lasted(condition).toMillis() / 1000.0, condition);
    return registered.counter(HealthMetrics.CONDITION_REPORTS, condition);
  }

  private Duration lasted(String condition) {
    HealthCondition now = active.get(condition);
    return now == null ? Duration.ZERO : Duration.between(now.since(), clock.instant());
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
