package dev.tidemill.chaos.schedule;

import java.util.List;
import java.util.Locale;

/** A kind of fault, with the roles that it happens to and how long it lasts. */
public enum FaultKind {
  /** SIGKILL; the process is started again at the end. */
  KILL("killed, and started again", Roles.WORKERS, 6, 500, 3_000),
  /** SIGSTOP, and SIGCONT after more than the session timeout. */
  STOP("stopped for longer than the session timeout", Roles.WORKERS, 4, 7_500, 10_000),
  /** All connections are reset, and new ones too until the end. */
  CUT("connections reset and refused", Roles.WORKERS, 2, 200, 4_000),
  /** Few bytes a second pass. */
  SLOW("connections slowed to a trickle", Roles.WORKERS, 1, 2_000, 6_000),
  /** Each piece of data waits. */
  DELAY("data on connections delayed", Roles.WORKERS, 2, 2_000, 6_000),
  /** Nothing passes, but the worker's connections stay open. They are reset at the end. */
  HALF_OPEN("connections half open", Roles.WORKERS, 2, 3_000, 8_000),
  /** The next commit or abort arrives after the client has given up and sent it again. */
  LATE_COMMIT(
      "the end of a transaction delivered late",
      List.of(Role.PRODUCER, Role.TRAINER, Role.INFERENCE),
      2,
      7_000,
      8_000),
  /** SIGKILL of a broker; it is started again at the end. */
  KILL_BROKER("broker killed, and started again", Roles.BROKERS, 2, 500, 5_000),
  /** SIGSTOP of a broker for less or more than its session timeout. */
  STALL_BROKER("broker stopped", Roles.BROKERS, 2, 3_000, 9_000),
  /** All partitions get another leader. */
  MOVE_LEADERS("leaders moved to the broker", Roles.BROKERS, 1, 500, 500),
  /** Records on {@code batches} that cannot be decoded. */
  POISON_BATCHES("undecodable batches sent", List.of(Role.PRODUCER), 1, 200, 1_000),
  /** Records on {@code requests} that cannot be decoded. */
  POISON_REQUESTS("undecodable requests sent", List.of(Role.CALLER), 1, 200, 1_000),
  /** One more partition of {@code batches}. */
  ADD_BATCH_PARTITION("partition added to batches", List.of(Role.PRODUCER), 1, 200, 200),
  /** One more partition of {@code predictions}, then one of {@code requests}. */
  ADD_REQUEST_PARTITION(
      "partition added to predictions and requests", List.of(Role.CALLER), 1, 200, 200);

  private final String what;

  @SuppressWarnings("Immutable") // List.of
  private final List<Role> roles;

  private final int weight;
  private final int shortestMillis;
  private final int longestMillis;

  FaultKind(String what, List<Role> roles, int weight, int shortestMillis, int longestMillis) {
    this.what = what;
    this.roles = roles;
    this.weight = weight;
    this.shortestMillis = shortestMillis;
    this.longestMillis = longestMillis;
  }

  /** Returns what happens, in a few words. */
  public String what() {
    return what;
  }

  /** Returns the roles whose processes it happens to, or whose topic it happens to. */
  public List<Role> roles() {
    return roles;
  }

  /** Returns how often it is drawn, relative to the others. */
  int weight() {
    return weight;
  }

  int shortestMillis() {
    return shortestMillis;
  }

  int longestMillis() {
    return longestMillis;
  }

  /** Whether it changes the topics for good, so that a run has at most two of it. */
  boolean changesTopics() {
    return this == ADD_BATCH_PARTITION || this == ADD_REQUEST_PARTITION;
  }

  /** Returns for example {@code late commit}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Constants of an enum cannot use its own static fields. */
  private static final class Roles {
    static final List<Role> WORKERS =
        List.of(Role.PRODUCER, Role.TRAINER, Role.INFERENCE, Role.CALLER);
    static final List<Role> BROKERS = List.of(Role.BROKER);
  }
}
