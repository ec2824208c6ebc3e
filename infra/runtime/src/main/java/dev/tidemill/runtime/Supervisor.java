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
 * Runs a worker's duties, each on a thread of its own. One that ends leaves the others working. One
 * that fails is visible in {@link #health} at once, before anything is closed; then all are asked
 * to end. Every close has a deadline: a duty that misses it is interrupted, and its thread is
 * abandoned if that does not help.
 *
 * <p>Duties are started in the order in which they were added, and asked to end in reverse.
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
   * @param closeTimeout how long {@link #close} waits before it interrupts; a duty that fails gives
   *     the others as long
   */
  public Supervisor(String name, HealthMonitor monitor, Duration closeTimeout) {
    this.name = name;
    this.monitor = monitor;
    this.closeTimeout = closeTimeout;
    this.stalls = new StallWatcher(name, monitor);
  }

  /** Adds a duty that may block in its doWork as long as it likes. Before the start. */
  public DutyThread add(Duty duty) {
    return add(duty, DutyPolicy.standard());
  }

  /** Adds a duty whose doWork degrades the worker when it takes longer than that. */
  public DutyThread add(Duty duty, Duration stalledAfter) {
    return add(duty, DutyPolicy.standard().stalledAfter(stalledAfter));
  }

  /** Adds a duty. Before the start. */
  public DutyThread add(Duty duty, DutyPolicy how) {
    DutyThread thread = new DutyThread(duty, how.whenEnding(), this::fail, this::afterAnEnd);
    members.add(new Member(thread, how));
    Supplier<Duration> stalledAfter = how.stalledAfter();
    if (stalledAfter != null) {
      stalls.add(thread, stalledAfter);
    }
    return thread;
  }

  /**
   * Says more of a worker that runs: applied to the worst health of its duties, before conditions
   * degrade it. Before the start.
   */
  public void refineHealth(UnaryOperator<Health> how) {
    refinement = how;
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

  /** The first failure; or that it ends; or the worst of the duties that have not ended. */
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

  /** Whether all duties have ended, or were abandoned. */
  public boolean hasEnded() {
    return running().isEmpty();
  }

  /** Whether a thread was given up that still runs, and may use what its duty was given. */
  public boolean hasAbandoned() {
    return members.stream().anyMatch(member -> member.thread().isAbandoned());
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    for (Member member : members) {
      member.thread().awaitEnd();
    }
  }

  /** Asks all duties but those that drain to end, and returns at once; there is no deadline yet. */
  public void stop() {
    noteStopping();
    reversed().stream().filter(member -> !member.how().drains()).forEach(Member::stop);
  }

  /**
   * Asks all duties to end, those that drain too, and returns at once; there is no deadline yet.
   */
  public void discard() {
    noteStopping();
    reversed().forEach(Member::stop);
  }

  /**
   * Asks the duties to end and waits until they have, for the close timeout and half a second more
   * at most. Returns at once on a thread of its own duties.
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

  private synchronized void noteStopping() {
    if (stoppingSince == null) {
      stoppingSince = monitor.clock().instant();
    }
  }

  /** Begins to count the time until what does not end is interrupted and abandoned. */
  private synchronized void closeWithDeadline() {
    if (closer == null && !hasEnded()) {
      closer = new Thread(new DutyCloser(members, closeTimeout), name + "-closes");
      closer.setDaemon(true);
      closer.start();
    }
  }

  private void afterAnEnd() {
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

  /** A duty on its thread, and how it is treated. */
  record Member(DutyThread thread, DutyPolicy how) {
    void stop() {
      thread.stop();
    }

    Duration closeWithin(Duration closeTimeout) {
      Duration own = how.closeWithin();
      return own == null || own.compareTo(closeTimeout) > 0 ? closeTimeout : own;
    }
  }
}
