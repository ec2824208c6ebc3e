package dev.tidemill.runtime;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for stopping duties, each until its deadline. Interrupts those that miss it, and abandons
 * threads that ignore the interrupt. If the closer itself is interrupted, it stops waiting.
 */
final class DutyCloser implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DutyCloser.class);

  private final List<Supervisor.Member> members;
  private final Duration closeTimeout;
  private boolean interrupted;

  DutyCloser(List<Supervisor.Member> members, Duration closeTimeout) {
    this.members =
        members.stream()
            .sorted(Comparator.comparing(member -> member.closeWithin(closeTimeout)))
            .toList();
    this.closeTimeout = closeTimeout;
  }

  @Override
  public void run() {
    long began = System.nanoTime();
    for (Supervisor.Member member : members) {
      if (!hasEndedBy(member.thread(), began + member.closeWithin(closeTimeout).toNanos())) {
        // A draining duty has not been asked to stop yet.
        member.stop();
        Duration after = Duration.ofNanos(System.nanoTime() - began);
        LOG.warn(
            "{} has not stopped after {} ms; interrupting it",
            member.thread().roleName(),
            after.toMillis());
        member.thread().interrupt(after);
      }
    }
    interrupted = false;
    long lastDeadline = System.nanoTime() + DutyThread.INTERRUPTED_TIMEOUT.toNanos();
    for (Supervisor.Member member : members) {
      if (!hasEndedBy(member.thread(), lastDeadline)) {
        LOG.error(
            "{} has not stopped after an interrupt; abandoning its thread",
            member.thread().roleName());
        member.thread().abandon();
      }
    }
  }

  private boolean hasEndedBy(DutyThread thread, long deadline) {
    try {
      long left = interrupted ? 0 : Math.max(0, deadline - System.nanoTime());
      return thread.awaitEnd(Duration.ofNanos(left));
    } catch (InterruptedException e) {
      interrupted = true;
      return thread.hasEnded();
    }
  }
}
