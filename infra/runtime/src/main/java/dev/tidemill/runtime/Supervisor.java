package dev.tidemill.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a worker's duties, each on its own thread. A duty that ends leaves the others running. A
 * duty that fails is visible in {@link #health} immediately, before anything closes; then all
 * duties are asked to stop. Every close has a deadline: a duty that misses it is interrupted, and
 * its thread is abandoned if that does not help.
 *
 * <p>Duties start in the order in which they were added, and are asked to stop in reverse order.
 */
public final class Supervisor implements Worker {
  private final String name;
  private final HealthMonitor monitor;
  private final Duration closeTimeout;
  private final List<Member> members = new ArrayList<>();
  private final StallWatcher stalls;
  private final AtomicReference<@Nullable Health> firstFailure = new AtomicReference<>();
  private UnaryOperator<Health> refinement = UnaryOperator.identity();
  private volatile @Nullable Instant stoppingSince;
  private volatile @Nullable Thread closer;

  /**
   * @param closeTimeout how long {@link #close} waits before it interrupts; after a failure, the
   *     other duties get the same time
   */
  public Supervisor(String name, HealthMonitor monitor, Duration closeTimeout) {
    this.name = name;
    this.monitor = monitor;
    this.closeTimeout = closeTimeout;
    this.stalls = new StallWatcher(name, monitor);
  }

  /** Adds a duty whose doWork may block indefinitely. Call before {@link #start}. */
  public DutyThread add(Duty duty) {
    return add(duty, DutyPolicy.standard());
  }

  /**
   * Adds a duty whose doWork degrades the worker if it takes longer than {@code stalledAfter}. Call
   * before {@link #start}.
   */
  public DutyThread add(Duty duty, Duration stalledAfter) {
    return add(duty, DutyPolicy.standard().stalledAfter(stalledAfter));
  }

  /** Adds a duty. Call before {@link #start}. */
  public DutyThread add(Duty duty, DutyPolicy policy) {
    DutyThread thread = new DutyThread(duty, policy.whenEnding(), this::fail, this::onEnd);
    members.add(new Member(thread, policy));
    Supplier<Duration> stalledAfter = policy.stalledAfter();
    if (stalledAfter != null) {
      stalls.add(thread, stalledAfter);
    }
    return thread;
  }

  /**
   * Sets a function that refines the health of a running worker. It receives the worst health of
   * the duties, before conditions degrade it. Call before {@link #start}.
   */
  public void refineHealth(UnaryOperator<Health> function) {
    refinement = function;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    members.forEach(member -> member.thread().start());
    stalls.start();
  }

  /**
   * Returns the first failure; otherwise that the worker is stopping; otherwise the worst health of
   * the running duties.
   */
  @Override
  public Health health() {
    return monitor.apply(withoutConditions());
  }

  private Health withoutConditions() {
    Health failure = firstFailure.get();
    if (failure != null) {
      return failure;
    }
    List<DutyThread> running = running();
    if (running.isEmpty()) {
      return Health.stopped(name + " has ended");
    }
    Instant since = stoppingSince;
    if (since != null) {
      String roles = running.stream().map(DutyThread::roleName).collect(Collectors.joining(", "));
      return Health.stopping(name + " is stopping and waits for " + roles).since(since);
    }
    return refinement.apply(
        Health.worst(
            running.stream()
                .map(DutyThread::health)
                .filter(health -> health.state() != Health.State.STOPPED)
                .toList()));
  }

  /** Returns whether all duties have ended or were abandoned. */
  public boolean hasEnded() {
    return running().isEmpty();
  }

  /** Returns whether an abandoned thread still runs, so it may still use its duty's resources. */
  public boolean hasAbandoned() {
    return members.stream().anyMatch(member -> member.thread().isAbandoned());
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    for (Member member : members) {
      member.thread().awaitEnd();
    }
  }

  /** Asks all duties except draining ones to stop and returns immediately. Sets no deadline. */
  public void stop() {
    markStopping();
    reversed().stream().filter(member -> !member.policy().drains()).forEach(Member::stop);
  }

  /**
   * Asks all duties, including draining ones, to stop and returns immediately. Sets no deadline.
   */
  public void discard() {
    markStopping();
    reversed().forEach(Member::stop);
  }

  /**
   * Asks the duties to stop and waits until they have ended: at most the close timeout plus half a
   * second. On a thread of its own duties, returns immediately.
   */
  @Override
  public void close() {
    stop();
    closeWithDeadline();
    if (members.stream().anyMatch(member -> member.thread().isCurrent())) {
      return;
    }
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      Thread closing = closer;
      if (closing != null) {
        closing.interrupt();
      }
      Thread.currentThread().interrupt();
    }
  }

  private void fail(Health failure) {
    Health dated = failure.since(monitor.clock().instant());
    if (firstFailure.compareAndSet(null, dated)) {
      stop();
      closeWithDeadline();
    }
  }

  private synchronized void markStopping() {
    if (stoppingSince == null) {
      stoppingSince = monitor.clock().instant();
    }
  }

  /** Starts the deadlines after which running duties are interrupted and abandoned. */
  private synchronized void closeWithDeadline() {
    if (closer == null && !hasEnded()) {
      closer = new Thread(new DutyCloser(members, closeTimeout), name + "-closes");
      closer.setDaemon(true);
      closer.start();
    }
  }

  private void onEnd() {
    if (hasEnded()) {
      stalls.stop();
    }
  }

  private List<DutyThread> running() {
    return members.stream().map(Member::thread).filter(thread -> !thread.hasEnded()).toList();
  }

  private List<Member> reversed() {
    List<Member> reversed = new ArrayList<>(members);
    Collections.reverse(reversed);
    return reversed;
  }

  /** A duty's thread and policy. */
  record Member(DutyThread thread, DutyPolicy policy) {
    void stop() {
      thread.stop();
    }

    Duration closeWithin(Duration closeTimeout) {
      Duration own = policy.closeWithin();
      return own == null || own.compareTo(closeTimeout) > 0 ? closeTimeout : own;
    }
  }
}
