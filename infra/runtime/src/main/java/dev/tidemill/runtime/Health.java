package dev.tidemill.runtime;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a worker is.
 *
 * @param detail one sentence for a person
 * @param cause the failure that stopped the worker; null in any other state
 * @param since when this state began; null where nobody noted it
 * @param count how often what causes this state was reported; 0 where nothing is wrong
 * @param conditions what degrades the worker now
 */
public record Health(
    State state,
    String detail,
    @Nullable Throwable cause,
    @Nullable Instant since,
    long count,
    List<HealthCondition> conditions) {

  /** From best to worst: a worker is as well as the worst of its parts. */
  public enum State {
    /** Did its work within the health timeout, or was idle with a broker that answered. */
    READY,
    /** Well, and ready to take over another worker's work. */
    STANDBY,
    STARTING,
    /** Runs, but cannot do its work now; recovers by itself. */
    DEGRADED,
    /** Was asked to end, or ends because a part of it failed. Bounded by a close timeout. */
    STOPPING,
    STOPPED,
    FAILED
  }

  public Health {
    conditions = List.copyOf(conditions);
  }

  /** Without conditions. */
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

  /** Well, and waiting for another worker's work to fall to it. */
  public static Health standby(String detail) {
    return of(State.STANDBY, detail);
  }

  /** Ends, and has not ended yet. */
  public static Health stopping(String detail) {
    return of(State.STOPPING, detail);
  }

  /** Ended as it should. */
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

  /** The same, with the instant at which it began. */
  public Health since(Instant began) {
    return new Health(state, detail, cause, began, count, conditions);
  }

  /** Not failed: what a liveness probe asks. */
  public boolean isAlive() {
    return state != State.FAILED;
  }

  /** Stopped or failed: no part of it runs any more, or it was given up. */
  public boolean hasEnded() {
    return state == State.STOPPED || state == State.FAILED;
  }

  /**
   * Does what it is there for: what a readiness probe asks. A stand-by does, too; were it not
   * ready, a rolling update would wait for it forever.
   */
  public boolean isReady() {
    return state == State.READY || state == State.STANDBY;
  }

  /** The worst of several; stopped where there are none. */
  public static Health worst(Collection<Health> parts) {
    return parts.stream()
        .max(Comparator.comparing(Health::state))
        .orElseGet(() -> stopped("nothing runs"));
  }
}
