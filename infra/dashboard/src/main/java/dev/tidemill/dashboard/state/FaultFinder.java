package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.ModelView.ConditionRow;
import dev.tidemill.dashboard.state.ModelView.Fault;
import dev.tidemill.dashboard.state.ModelView.GroupRow;
import dev.tidemill.dashboard.state.ModelView.Severity;
import dev.tidemill.dashboard.state.ModelView.TopicRow;
import dev.tidemill.dashboard.state.ModelView.TrainingNow;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Says in words what is wrong with a model, and what to do. */
final class FaultFinder {
  /** A trainer that has data takes a step at least this often. */
  private static final long STALLED_MILLIS = 60_000;

  /** An inference worker loads a new version within this time. */
  private static final long STALE_MILLIS = 30_000;

  /** A backlog that takes longer than this is worth a look. */
  private static final double SLOW_SECONDS = 3_600;

  private final String model;
  private final ModelView view;
  private final long newestAt;
  private final long waitingSince;
  private final List<Fault> faults = new ArrayList<>();

  private FaultFinder(String model, ModelView view, long newestAt, long waitingSince) {
    this.model = model;
    this.view = view;
    this.newestAt = newestAt;
    this.waitingSince = waitingSince;
  }

  /**
   * Returns the faults, the worst first.
   *
   * @param newestAt when the newest version was published; 0 if there is none
   * @param waitingSince since when batch records wait for a trainer that may read them
   */
  static List<Fault> of(String model, ModelView view, long newestAt, long waitingSince) {
    FaultFinder finder = new FaultFinder(model, view, newestAt, waitingSince);
    finder.reading();
    if (view.unreachable() == null && !view.loading()) {
      // Without news from the brokers, nobody can say what workers do.
      finder.workers();
      finder.training();
      finder.serving();
      finder.backlogs();
    }
    finder.letters();
    return finder.faults.stream().sorted(Comparator.comparing(Fault::severity)).toList();
  }

  private void reading() {
    if (view.unreachable() != null) {
      add(
          Severity.ERROR,
          "the brokers do not answer",
          view.unreachable(),
          "What follows is from before. The page goes on by itself when they answer.");
    }
    if (view.unreadable() > 0) {
      add(
          Severity.WARNING,
          view.unreadable() + " records cannot be decoded",
          "The last one: " + view.lastUnreadable(),
          "Another program may write to this topic; tidemill tail shows the record.");
    }
  }

  private void workers() {
    for (WorkerRow worker : view.workers()) {
      if (worker.gone()) {
        add(
            Severity.ERROR,
            worker.worker() + " is gone",
            "It has announced nothing for "
                + seconds(view.now() - worker.seenAt())
                + ": process "
                + worker.pid()
                + " on "
                + worker.host()
                + " has died, or cannot"
                + " reach the brokers.",
            "Look at the log of the process, and start it again: it continues where the log ends.");
      } else if (worker.state().equals("FAILED")) {
        add(
            Severity.ERROR,
            worker.worker() + " has failed",
            worker.detail(),
            "Cure the cause that it names, and start it again.");
      } else if (worker.state().equals("DEGRADED")) {
        degraded(worker);
      }
    }
  }

  private void degraded(WorkerRow worker) {
    List<String> causes = worker.conditions().stream().map(ConditionRow::cause).toList();
    add(
        Severity.WARNING,
        worker.worker() + " is degraded",
        causes.isEmpty() ? worker.detail() : String.join("; ", causes),
        "It goes on by itself when the cause is gone (docs/operating.md, table of symptoms).");
  }

  private void training() {
    TrainingNow training = view.training();
    boolean leads = hasRunning("TRAINER");
    long waiting = pending("batches");
    if (!leads && waiting > 0) {
      add(
          Severity.WARNING,
          "nobody trains",
          waiting + " batch records wait, and no trainer runs.",
          "tidemill train --model " + model + " --spec …");
    } else if (view.paused() && waiting > 0) {
      add(
          Severity.INFO,
          "training is paused",
          waiting + " batch records wait.",
          "tidemill train resume --model " + model);
    } else if (leads
        && training != null
        && waiting > 0
        && view.now() - Math.max(training.trainedAt(), waitingSince) > STALLED_MILLIS
        && !training.phase().equals("FINISHED")) {
      add(
          Severity.ERROR,
          "training does not advance",
          waiting
              + " batch records wait, and no sample was trained for "
              + seconds(view.now() - training.trainedAt())
              + ".",
          "Look at the trainer's state below, and at its log.");
    }
    if (training != null && training.loss() != null && !Double.isFinite(training.loss())) {
      add(
          Severity.ERROR,
          "the loss is not finite",
          "The training has diverged.",
          "Lower the learning rate, or go back: tidemill models rollback VERSION --model " + model);
    }
  }

  private void serving() {
    boolean serves = hasRunning("INFERENCE");
    long waiting = pending("requests");
    if (!serves && waiting > 0) {
      add(
          Severity.ERROR,
          "nobody answers",
          waiting + " requests wait, and no inference worker runs.",
          "tidemill serve --model " + model);
    }
    for (WorkerRow worker : view.workers()) {
      boolean stale =
          worker.role().equals("INFERENCE")
              && worker.isRunning()
              && view.pinned() == 0
              && worker.version() < view.newestVersion()
              && view.now() - newestAt > STALE_MILLIS;
      if (stale) {
        add(
            Severity.WARNING,
            worker.worker() + " serves an old version",
            "It serves version "
                + worker.version()
                + "; version "
                + view.newestVersion()
                + " was published "
                + seconds(view.now() - newestAt)
                + " ago.",
            "Its log and its state say why it refused or could not read the newer one.");
      }
    }
  }

  private void backlogs() {
    for (TopicRow topic : view.topics()) {
      GroupRow group = topic.group();
      if (group == null || group.pending() == 0) {
        continue;
      }
      Double left = group.secondsToCatchUp();
      if (left != null && left > SLOW_SECONDS) {
        add(
            Severity.WARNING,
            topic.name() + " will take " + seconds((long) (left * 1000)) + " to catch up",
            group.pending() + " records wait.",
            "Add workers or partitions, or send less.");
      }
    }
  }

  private void letters() {
    if (view.openLetters() > 0) {
      add(
          Severity.WARNING,
          view.openLetters() + " dead letters are open",
          "Workers refused these records.",
          "Look at them in Dead letters; then replay or discard them.");
    }
  }

  private boolean hasRunning(String role) {
    return view.workers().stream()
        .anyMatch(worker -> worker.role().equals(role) && worker.isRunning());
  }

  private long pending(String name) {
    return view.topics().stream()
        .filter(topic -> topic.name().equals(name) && topic.group() != null)
        .mapToLong(topic -> topic.group().pending())
        .sum();
  }

  private void add(Severity severity, String what, String why, String todo) {
    faults.add(new Fault(severity, what, why, todo));
  }

  private static String seconds(long millis) {
    long seconds = millis / 1000;
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200
        ? seconds / 60 + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
  }
}
