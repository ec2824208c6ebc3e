package dev.tidemill.chaos.report;

import dev.tidemill.chaos.audit.Backlog;
import dev.tidemill.chaos.injection.InjectedFault;
import dev.tidemill.chaos.schedule.Schedule;
import dev.tidemill.chaos.watch.Progress;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.History;
import java.util.List;

/**
 * The outcome of a run.
 *
 * @param faults those of the schedule, in its order
 * @param lengthMillis from the first fault's time base to the healing
 * @param drainMillis from the healing to the moment when nothing was left, or to the limit
 * @param backlog what was left then
 * @param unfinished producers whose source was not sent to its end, and brokers or replicas that
 *     did not come back
 * @param processStarts how often a process was started
 * @param unexpectedEnds processes that ended by themselves, and their last lines
 */
public record RunResult(
    Schedule schedule,
    List<InjectedFault> faults,
    long lengthMillis,
    long drainMillis,
    Progress progress,
    History history,
    Backlog backlog,
    List<String> unfinished,
    int processStarts,
    List<String> unexpectedEnds,
    Verdict verdict) {

  public RunResult {
    faults = List.copyOf(faults);
    unfinished = List.copyOf(unfinished);
    unexpectedEnds = List.copyOf(unexpectedEnds);
  }

  /** Returns how many faults harmed something. */
  public int injected() {
    return Math.toIntExact(faults.stream().filter(fault -> fault.effect().happened()).count());
  }

  /** Whether the guarantees held, nothing was left, and all planned faults were injected. */
  public boolean succeeded() {
    return verdict.holds()
        && backlog.isEmpty()
        && unfinished.isEmpty()
        && injected() == schedule.faults().size();
  }
}
