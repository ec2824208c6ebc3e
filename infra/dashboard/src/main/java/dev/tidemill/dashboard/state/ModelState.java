package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.CommandLog.CommandRow;
import dev.tidemill.dashboard.state.LetterTable.LetterRow;
import dev.tidemill.dashboard.state.LetterTable.ReasonRow;
import dev.tidemill.dashboard.state.ServingHistory.ClassRow;
import dev.tidemill.dashboard.state.VersionTable.VersionRow;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.WorkerStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the dashboard knows of a model. Feeds add records and offsets; the server asks. Any
 * thread.
 */
public final class ModelState {
  private final String model;
  private final WorkerTable workers = new WorkerTable();
  private final TrainingHistory training = new TrainingHistory();
  private final VersionTable versions = new VersionTable();
  private final ServingHistory serving = new ServingHistory();
  private final LetterTable letters = new LetterTable();
  private final CommandLog commands = new CommandLog();
  private final LogHistory log = new LogHistory();
  private boolean loading = true;
  private final Map<String, String> unreachable = new TreeMap<>();
  private @Nullable String lastUnreadable;
  private long unreadable;

  public ModelState(String model) {
    this.model = model;
  }

  /** Says that everything that was on the log at the start is read. */
  public synchronized void loaded() {
    loading = false;
    serving.loaded();
  }

  /**
   * Says whether the brokers can be read.
   *
   * @param reader the feed that says so
   * @param why why the brokers cannot be read; null if they can
   */
  public synchronized void unreachable(String reader, @Nullable String why) {
    if (why == null) {
      unreachable.remove(reader);
    } else {
      unreachable.put(reader, why);
    }
  }

  /** Counts a record that cannot be decoded. */
  public synchronized void unreadable(
      String topic, int partition, long offset, @Nullable String why) {
    unreadable++;
    lastUnreadable = topic + "-" + partition + ", offset " + offset + ": " + why;
  }

  /**
   * Adds a record of `progress`.
   *
   * @param atMillis when it was received, or sent if it is from before the dashboard's start
   */
  public synchronized void add(ProgressEvent event, long atMillis) {
    if (event.getEvent() instanceof WorkerStatus status) {
      workers.add(status, atMillis);
    } else if (event.getEvent() instanceof TrainingProgress progress) {
      training.add(progress, atMillis);
    }
  }

  public synchronized void add(Checkpoint manifest) {
    versions.add(manifest);
  }

  /** Adds a committed prediction, and where and when it was written. */
  public synchronized void add(Prediction prediction, int partition, long offset, long atMillis) {
    serving.add(prediction, partition, offset, atMillis);
    versions.answered(prediction.getModelVersion(), prediction.getError() != null, atMillis);
  }

  /** Adds a dead letter, and where and when it was written. */
  public synchronized void add(DeadLetter letter, long offset, long atMillis) {
    letters.add(offset, letter, atMillis);
  }

  /**
   * Adds a record of `control`.
   *
   * @param deadLettersId id of the topic whose letters are shown; an action on another is left out
   */
  public synchronized void add(ControlEvent event, String deadLettersId) {
    if (event.getEvent() instanceof ControlCommand command) {
      commands.add(command);
    } else if (event.getEvent() instanceof ControlOutcome outcome) {
      commands.add(outcome);
    } else if (event.getEvent() instanceof DeadLetterAction action
        && action.getTopicId().equals(deadLettersId)) {
      letters.add(action);
      commands.add(action);
    }
  }

  public synchronized void add(LogSample sample) {
    log.add(sample);
  }

  /** Returns what the page shows now. */
  public synchronized ModelView view(long nowMillis) {
    if (!loading) {
      serving.tick(nowMillis);
    }
    ModelView view =
        new ModelView(
            model,
            nowMillis,
            loading,
            unreachable.values().stream().findFirst().orElse(null),
            unreadable,
            lastUnreadable,
            List.of(),
            workers.rows(nowMillis),
            log.topics(),
            training.now(),
            serving.now(nowMillis),
            versions.newest(),
            commands.pinned(),
            commands.paused(),
            letters.open(),
            versions.revision(),
            letters.revision(),
            commands.revision());
    long newestAt =
        versions.newestManifest().map(each -> each.getCreatedAt().toEpochMilli()).orElse(0L);
    return view.with(FaultFinder.of(model, view, newestAt));
  }

  public synchronized Chart training(long fromMillis, int most) {
    return training.chart(fromMillis, most);
  }

  public synchronized Chart serving(long fromMillis, int most) {
    return serving.chart(fromMillis, most);
  }

  public synchronized Chart answersByVersion() {
    return serving.byVersion();
  }

  public synchronized Chart pending(Topics.Name topic, long fromMillis, int most) {
    return log.pending(topic, fromMillis, most);
  }

  public synchronized List<ClassRow> classes() {
    return serving.classes();
  }

  public synchronized List<RecentRow> recent() {
    return serving.recent();
  }

  public synchronized List<VersionRow> versions(int most) {
    return versions.rows(most);
  }

  /** Returns the manifest of a version, if it is among the newest. */
  public synchronized Optional<Checkpoint> manifest(long version) {
    return versions.manifest(version);
  }

  public synchronized List<CommandRow> commands(int most) {
    return commands.rows(most);
  }

  public synchronized LettersView letters(int most) {
    return new LettersView(letters.total(), letters.reasons(), letters.rows(most));
  }

  /** Returns the offsets of the open letters with a kind of reason. */
  public synchronized List<Long> openLetters(String kind) {
    return letters.openWith(kind);
  }

  /** The dead letters: how many were seen, the kinds of reasons, and the newest. */
  public record LettersView(long total, List<ReasonRow> reasons, List<LetterRow> newest) {}
}
