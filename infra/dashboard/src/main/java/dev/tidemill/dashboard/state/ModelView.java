package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.FaultFinder.Fault;
import dev.tidemill.dashboard.state.LogHistory.TopicRow;
import dev.tidemill.dashboard.state.ServingHistory.ServingNow;
import dev.tidemill.dashboard.state.TrainingHistory.TrainingNow;
import dev.tidemill.dashboard.state.WorkerTable.WorkerRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model at one time: what the page shows without a further question.
 *
 * @param now milliseconds since 1970
 * @param loading whether the topics are still being read from the past
 * @param unreachable why the brokers cannot be read; null if they can
 * @param unreadable records that the dashboard could not decode; the last one and why
 * @param training null before the first event of a trainer
 * @param newestVersion 0 if there is none
 * @param pinned the pinned version; 0 if none is
 * @param versionsRevision changes when the table of versions does; likewise the other revisions
 */
public record ModelView(
    String model,
    long now,
    boolean loading,
    @Nullable String unreachable,
    long unreadable,
    @Nullable String lastUnreadable,
    List<Fault> faults,
    List<WorkerRow> workers,
    List<TopicRow> topics,
    @Nullable TrainingNow training,
    ServingNow serving,
    long newestVersion,
    long pinned,
    boolean paused,
    long openLetters,
    long versionsRevision,
    long lettersRevision,
    long commandsRevision) {

  ModelView with(List<Fault> found) {
    return new ModelView(
        model,
        now,
        loading,
        unreachable,
        unreadable,
        lastUnreadable,
        found,
        workers,
        topics,
        training,
        serving,
        newestVersion,
        pinned,
        paused,
        openLetters,
        versionsRevision,
        lettersRevision,
        commandsRevision);
  }
}
