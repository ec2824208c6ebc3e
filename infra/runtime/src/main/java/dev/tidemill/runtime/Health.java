package dev.tidemill.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The health of a worker.
 *
 * @param detail one sentence for the operator
 * @param cause the failure; null unless the state is FAILED
 * @param since when this state began; null if unknown
 * @param count how often the problem behind this state was reported; 0 if nothing is wrong
 * @param conditions the conditions that degrade the worker now
 */
public record Health(
    State state,
    String detail,
    @Nullable Throwable cause,
    @Nullable Instant since,
    long count,
    List<HealthCondition> conditions) {

  /** States from best to worst; a worker's state is the worst of its parts' states. */
  public enum State {
    /** Did its work within the health timeout, or was idle while a broker answered. */
    READY,
    /** Healthy, and ready to take over another worker's work. */
    STANDBY,
    STARTING,
    /** Runs, but cannot do all of its work now; recovers when the cause is gone. */
    DEGRADED,
    /** Is stopping on request; a close timeout bounds this state. */
    STOPPING,
    STOPPED,
    FAILED
  }

  public Health {
    conditions = List.copyOf(conditions);
  }

  /** Creates a health without conditions. */
  public Health(
      State state, String detail, @Nullable Throwable cause, @Nullable Instant since, long count) {
    this(state, detail, cause, since, count, List.of());
  }

  public static Health starting(String detail) {
    return of(State.STARTING, detail);
  }

  public static Health ready(String detail) {
    return of(State.READY, detail);
  }

  public static Health standby(String detail) {
    return of(State.STANDBY, detail);
  }

  public static Health stopping(String detail) {
    return of(State.STOPPING, detail);
  }

  /** Stopped without a failure. */
  public static Health stopped(String detail) {
    return of(State.STOPPED, detail);
  }

  public static Health failed(String what, Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new Health(State.FAILED, what + ": " + message, cause, null, 1);
  }

  private static Health of(State state, String detail) {
    return new Health(state, detail, null, null, 0);
  }

  /** Returns a copy with the time at which the state began. */
  public Health since(Instant began) {
    return new Health(state, detail, cause, began, count, conditions);
  }

  /** Returns the result of a liveness probe: whether the worker has not failed. */
  public boolean isAlive() {
    return state != State.FAILED;
  }

  /**
   * Returns whether the worker has stopped or failed. After a failure, other threads may still be
   * closing.
   */
  public boolean hasEnded() {
    return state == State.STOPPED || state == State.FAILED;
  }

  /**
   * Returns the result of a readiness probe. A standby is ready, too; otherwise a rolling update
   * would wait for it forever.
   */
  public boolean isReady() {
    return state == State.READY || state == State.STANDBY;
  }

  /** Returns the worst health of several parts; stopped if there are none. */
  public static Health worst(Collection<Health> parts) {
    return parts.stream()
        .max(Comparator.comparing(Health::state))
        .orElseGet(() -> stopped("nothing runs"));
  }
}
