package dev.tidemill.dashboard.state;

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
    long commandsRevision,
    long driftsRevision) {

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
        commandsRevision,
        driftsRevision);
  }

  /**
   * A worker as the page shows it.
   *
   * @param gone whether it ended without saying so, or cannot reach the brokers
   * @param conditions what degrades it
   */
  public record WorkerRow(
      String worker,
      String role,
      String state,
      String detail,
      List<ConditionRow> conditions,
      long version,
      String host,
      long pid,
      @Nullable String metricsAddress,
      String release,
      long startedAt,
      long seenAt,
      boolean gone) {
    /** Whether it works, as far as is known. */
    public boolean isRunning() {
      return !gone && !WorkerTable.ENDED.contains(state);
    }
  }

  /** A condition that degrades a worker. */
  public record ConditionRow(String name, String cause, long since) {}

  /**
   * A topic.
   *
   * @param rate offsets written per second, transaction markers included
   * @param group the group that reads it; null if none does
   */
  public record TopicRow(
      String name,
      String topic,
      long bytes,
      double rate,
      List<PartitionRow> partitions,
      @Nullable GroupRow group) {}

  /** A partition, and what its group has not read. */
  public record PartitionRow(
      int partition, long begin, long end, @Nullable Long committed, @Nullable Long pending) {}

  /**
   * A consumer group.
   *
   * @param pending records that it has not read
   * @param exact whether they are counted without transaction markers
   * @param rate offsets committed per second
   * @param secondsToCatchUp null if the backlog does not shrink
   */
  public record GroupRow(
      String group,
      int members,
      long pending,
      boolean exact,
      double rate,
      @Nullable Double secondsToCatchUp) {}

  /**
   * The trainer's newest event.
   *
   * @param at when it was sent, in milliseconds since 1970
   * @param trainedAt when the number of samples last changed
   */
  public record TrainingNow(
      String worker,
      String phase,
      int epoch,
      long steps,
      long samples,
      double rate,
      @Nullable Double loss,
      @Nullable Double accuracy,
      double learningRate,
      long version,
      long refusedRecords,
      long at,
      long trainedAt) {}

  /**
   * The state of serving.
   *
   * @param total predictions that the dashboard saw, errors included
   * @param rate predictions per second over the last ten seconds
   * @param totalP50 milliseconds from request to answer over the last ten seconds, on the clocks of
   *     caller and worker; null without predictions
   */
  public record ServingNow(
      long total,
      long errors,
      double rate,
      @Nullable Double totalP50,
      @Nullable Double totalP99,
      @Nullable RecentRow lastError) {}

  /** How bad a fault is; the worst first. */
  public enum Severity {
    ERROR,
    WARNING,
    INFO
  }

  /**
   * A fault.
   *
   * @param what what is wrong
   * @param why what is known about it
   * @param todo what to do
   */
  public record Fault(Severity severity, String what, String why, String todo) {}
}
