package dev.tidemill.dashboard.state;

import dev.tidemill.contract.Contract;
import dev.tidemill.dashboard.state.CommandLog.CommandRow;
import dev.tidemill.dashboard.state.DriftLog.DriftRow;
import dev.tidemill.dashboard.state.LetterTable.LettersView;
import dev.tidemill.dashboard.state.ServingHistory.ClassRow;
import dev.tidemill.dashboard.state.VersionTable.VersionRow;
import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.evaluation.JoinLimits;
import dev.tidemill.evaluation.LabelJoin;
import dev.tidemill.evaluation.VersionScores;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.time.Instant;
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
  /** How long a record that cannot be decoded is a fault. */
  private static final long UNREADABLE_MILLIS = 10 * 60_000;

  private final String model;
  private final LogHistory log = new LogHistory();
  private final Freshness freshness = new Freshness();
  private WorkerTable workers = new WorkerTable();
  private FigureHistory figures = new FigureHistory();
  private TrainingHistory training = new TrainingHistory();
  private VersionTable versions = new VersionTable();
  private ServingHistory serving = new ServingHistory();
  private LetterTable letters = new LetterTable();
  private CommandLog commands = new CommandLog();
  private DriftLog drifts = new DriftLog();
  private LabelJoin labels = new LabelJoin(JoinLimits.FOLLOWING);
  private @Nullable Contract contract;
  private String deadLettersId = "";
  private boolean loading = true;
  private final Map<String, String> unreachable = new TreeMap<>();
  private @Nullable String lastUnreadable;
  private long unreadable;
  private long unreadableAt;

  public ModelState(String model) {
    this.model = model;
  }

  /**
   * Forgets all records, because they are read again: the topics are new, or have other partitions.
   *
   * @param lettersId id of the topic `dead-letters`
   * @param wholeLog whether predictions are read from the first one ever
   */
  public synchronized void restart(String lettersId, boolean wholeLog) {
    workers = new WorkerTable();
    figures = new FigureHistory();
    training = new TrainingHistory();
    versions = new VersionTable(wholeLog);
    serving = new ServingHistory();
    letters = new LetterTable();
    commands = new CommandLog();
    drifts = new DriftLog();
    labels = new LabelJoin(JoinLimits.FOLLOWING);
    contract = null;
    freshness.restart();
    deadLettersId = lettersId;
    loading = true;
    unreadable = 0;
  }

  /** Says that everything that was on the log at the start is read. */
  public synchronized void loaded() {
    loading = false;
  }

  /** Brings the histories up to a time; called each second. */
  public synchronized void tick(long nowMillis) {
    serving.tick(nowMillis, !loading && unreachable.isEmpty());
    labels.advance(Instant.ofEpochMilli(nowMillis));
    if (!loading) {
      figures.tick(nowMillis);
      if (unreachable.isEmpty() && (commands.pinned() != 0 || !serves(nowMillis))) {
        freshness.forgetUnserved();
      }
    }
    if (nowMillis - unreadableAt > UNREADABLE_MILLIS) {
      unreadable = 0;
    }
  }

  private boolean serves(long nowMillis) {
    return workers.rows(nowMillis).stream()
        .anyMatch(each -> each.role().equals(WorkerRole.INFERENCE.name()) && each.isRunning());
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
      String topic, int partition, long offset, @Nullable String why, long nowMillis) {
    unreadable++;
    unreadableAt = nowMillis;
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
      figures.add(status, atMillis);
      if (status.getRole() == WorkerRole.INFERENCE) {
        freshness.served(status.getVersion(), atMillis);
      }
    } else if (event.getEvent() instanceof TrainingProgress progress) {
      training.add(progress, atMillis);
    }
  }

  /** Adds a manifest, and when it was written. */
  public synchronized void add(Checkpoint manifest, long atMillis) {
    versions.add(manifest);
    freshness.published(manifest, atMillis, !loading);
  }

  /**
   * Adds a version of the data contract.
   *
   * @throws dev.tidemill.contract.InvalidContractException if it contradicts itself
   */
  public synchronized void add(DataContract version) {
    contract = Contract.of(version);
  }

  /** Returns the newest version of the data contract; empty if the model has none. */
  public synchronized Optional<Contract> contract() {
    return Optional.ofNullable(contract);
  }

  /** Adds a committed prediction, and where and when it was written. */
  public synchronized void add(Prediction prediction, int partition, long offset, long atMillis) {
    serving.add(prediction, partition, offset, atMillis);
    versions.answered(prediction.getModelVersion(), prediction.getError() != null, atMillis);
    labels.add(prediction, Instant.ofEpochMilli(atMillis));
  }

  /** Adds a label, and when it was written. */
  public synchronized void add(Label label, long atMillis) {
    labels.add(label, Instant.ofEpochMilli(atMillis));
    serving.label(label);
  }

  /** Adds a dead letter, and where and when it was written. */
  public synchronized void add(DeadLetter letter, long offset, long atMillis) {
    letters.add(offset, letter, atMillis);
  }

  /** Adds a record of `control`. */
  public synchronized void add(ControlEvent event) {
    if (event.getEvent() instanceof ControlCommand command) {
      commands.add(command);
    } else if (event.getEvent() instanceof ControlOutcome outcome) {
      commands.add(outcome);
    } else if (event.getEvent() instanceof DeadLetterAction action
        && action.getTopicId().equals(deadLettersId)) {
      letters.add(action);
      commands.add(action);
    } else if (event.getEvent() instanceof DriftEvent drift) {
      drifts.add(drift);
    }
  }

  public synchronized void add(LogSample sample) {
    log.add(sample);
    LogSample.TopicSample deadLetters = sample.topics().get(Topics.Name.DEAD_LETTERS);
    if (deadLetters != null) {
      deadLetters.partitions().forEach(extent -> letters.removeBefore(extent.begin()));
    }
  }

  /** Returns what the page shows now. */
  public synchronized ModelView view(long nowMillis) {
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
            commands.revision(),
            drifts.revision());
    long newestAt =
        versions.newestManifest().map(each -> each.getCreatedAt().toEpochMilli()).orElse(0L);
    return view.with(
        FaultFinder.of(
            model, view, newestAt, Math.max(log.batchesWaitSince(), commands.resumedAt())));
  }

  /** Returns how long samples take to be served. */
  public Freshness freshness() {
    return freshness;
  }

  synchronized List<LogSample.Disk> disks() {
    return log.disks();
  }

  synchronized long newestRollback() {
    return versions.newestRollback();
  }

  /** Returns the manifest of the oldest known version after this one. */
  synchronized Optional<Checkpoint> manifestAfter(long version) {
    return versions.manifestAfter(version);
  }

  /** When the newest pin was commanded, in milliseconds since 1970; 0 if none is pinned. */
  synchronized long pinnedAt() {
    return commands.pinnedAt();
  }

  public synchronized Chart training(long fromMillis, int most) {
    return training.chart(fromMillis, most);
  }

  /** Returns the newest changes in the data, newest first. */
  public synchronized List<DriftRow> drifts() {
    return drifts.rows();
  }

  public synchronized Chart serving(long fromMillis, int most) {
    return serving.chart(fromMillis, most);
  }

  /** Returns what the workers announced of themselves. */
  public synchronized Chart figures(long fromMillis, int most) {
    return figures.chart(fromMillis, most);
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

  /** Returns the answer to a request, if it is among the newest predictions. */
  public synchronized Optional<FoundRequest> request(String requestId) {
    return serving
        .find(requestId)
        .map(
            row ->
                new FoundRequest(
                    row,
                    serving.truths().get(requestId),
                    versions.find(row.version()).orElse(null)));
  }

  /** Returns the labels of recent requests, by request id. */
  public synchronized Map<String, String> truths() {
    return serving.truths();
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
    return letters.view(deadLettersId, most);
  }

  /** Returns the offsets of the open letters that are kept, with a kind of reason. */
  public synchronized List<Long> openLetters(String kind) {
    return letters.openWith(kind);
  }

  /** Returns what the labels that came after the answers say of each version. */
  public synchronized LabelsView labels() {
    List<ScoreRow> rows =
        labels.scores().values().stream()
            .map(
                scores ->
                    new ScoreRow(
                        scores.version(),
                        scores.count(),
                        scores.accuracy().isPresent() ? scores.accuracy().getAsDouble() : null,
                        scores.targets().stream().map(VersionScores.TargetScore::rmse).toList(),
                        scores.confusion()))
            .toList();
    List<String> classes = contract == null ? List.of() : contract.classes();
    return new LabelsView(labels.counts(), rows, classes);
  }

  /**
   * How labels and predictions met, and the score of each version.
   *
   * @param classes the classes' names by their numbers; empty if they have none
   */
  public record LabelsView(JoinCounts counts, List<ScoreRow> versions, List<String> classes) {}

  /**
   * A request's answer.
   *
   * @param truth its label; null if none has come
   * @param version the version that answered; null if it is unknown, or the answer is an error
   */
  public record FoundRequest(
      RecentRow prediction, @Nullable String truth, @Nullable VersionRow version) {}

  /**
   * How well a version answered, by labels that came later.
   *
   * @param accuracy null for a regression
   * @param rmse the error of each target in its unit; empty for classes
   * @param confusion predictions by label, and then by predicted class
   */
  public record ScoreRow(
      long version,
      long count,
      @Nullable Double accuracy,
      List<Double> rmse,
      Map<Integer, ? extends Map<Integer, Long>> confusion) {}
}
