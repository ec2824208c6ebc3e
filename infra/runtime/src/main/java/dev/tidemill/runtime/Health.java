package dev.tidemill.runtime;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** How a worker is, with the failure which stopped it. */
public record Health(State state, String detail, @Nullable Throwable cause) {

  /** From best to worst: a worker is as well as the worst of its parts. */
  public enum State {
    READY,
    STANDBY,
    STARTING,
    STOPPED,
    FAILED
  }

  public static Health starting(String detail) {
    return new Health(State.STARTING, detail, null);
  }

  public static Health ready(String detail) {
    return new Health(State.READY, detail, null);
  }

  /** Well, and waiting for another worker's work to fall to it. */
  public static Health standby(String detail) {
    return new Health(State.STANDBY, detail, null);
  }

  /** Ended as it should. */
  public static Health stopped(String detail) {
    return new Health(State.STOPPED, detail, null);
  }

  public static Health failed(String what, Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new Health(State.FAILED, what + ": " + message, cause);
  }

  /** Not failed: what a liveness probe asks. */
  public boolean isAlive() {
    return state != State.FAILED;
  }

  /**
   * Does what it is there for: what a readiness probe asks. A stand-by does, too; were it not
   * ready, a rolling update would wait for it for ever.
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
