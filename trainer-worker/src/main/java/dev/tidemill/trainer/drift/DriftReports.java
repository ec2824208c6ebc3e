package dev.tidemill.trainer.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done about each change that the monitor finds, and keeps the reports until a
 * version takes them. A version must contain the state of {@link #collectForVersion}: a trainer
 * that continues from it does not find the changes again. Training thread.
 */
public final class DriftReports {
  private final DriftMonitor monitor;
  private final DriftSettings settings;
  private final Consumer<String> notices;
  private final List<DriftReport> pending = new ArrayList<>();

  /**
   * @param notices receives each change and what is done about it, in one sentence
   */
  public DriftReports(DriftMonitor monitor, DriftSettings settings, Consumer<String> notices) {
    this.monitor = monitor;
    this.settings = settings;
    this.notices = notices;
  }

  /** Returns the monitor whose changes these are. */
  public DriftMonitor monitor() {
    return monitor;
  }

  /** Makes reports of the changes that were found, and begins a boost if the policy says so. */
  public void collect() {
    monitor.receive();
    report();
  }

  /**
   * Collects for a version.
   *
   * @return the state that the version must contain: it knows of the changes that are collected,
   *     and of no others
   */
  public String collectForVersion() {
    monitor.receiveForState();
    report();
    return monitor.state();
  }

  private void report() {
    for (@Nullable Drift drift = monitor.take(); drift != null; drift = monitor.take()) {
      Boost boost = monitor.boost();
      add(drift, action(drift, boost), acts(drift));
      if (settings.policy() == DriftPolicy.BOOST && !boost.isActive()) {
        boost.begin(settings.boostFactor(), settings.boostSamples());
      }
    }
  }

  /** Whether there are reports that no version has. */
  public boolean arePending() {
    return !pending.isEmpty();
  }

  /**
   * Whether a version is to be submitted at once. A change that is only announced waits for the
   * next version, so that alarms do not decide how many versions there are.
   */
  public boolean areUrgent() {
    return switch (settings.policy()) {
      case ANNOUNCE -> false;
      case BOOST, ROLLBACK -> !pending.isEmpty();
      case RETRAIN -> areToRestart();
    };
  }

  /** Whether the next version is to be a restart. */
  public boolean areToRestart() {
    return pending.stream().anyMatch(DriftReport::restarts);
  }

  /** Whether the policy acts on the next change. */
  private boolean acts(Drift drift) {
    return switch (settings.policy()) {
      case ANNOUNCE, BOOST -> false;
      case ROLLBACK -> true;
      case RETRAIN ->
          drift.delayed() == null && !monitor.retraining().isActive() && !areToRestart();
    };
  }

  /**
   * Forgets what concerns weights that were discarded: ends a boost, and leaves changes that are
   * not published yet without an action of their own.
   *
   * @param version whose weights training continues from
   */
  public void rolledBack(long version) {
    String action = "training continues from the weights of version " + version;
    monitor.receive();
    pending.replaceAll(report -> new DriftReport(report.drift(), report.policy(), action, false));
    for (@Nullable Drift drift = monitor.take(); drift != null; drift = monitor.take()) {
      add(drift, action, false);
    }
    monitor.rolledBack();
  }

  private void add(Drift drift, String action, boolean acts) {
    notices.accept(drift.describe() + "; " + action);
    pending.add(new DriftReport(drift, settings.policy(), action, acts));
  }

  /** Takes the reports that no version has. */
  public List<DriftReport> take() {
    List<DriftReport> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  private String action(Drift drift, Boost boost) {
    return switch (settings.policy()) {
      case ANNOUNCE ->
          "training continues as before: check the data from there on, or set drift.policy to"
              + " boost, rollback or retrain";
      case BOOST ->
          boost.isActive()
              ? "the boost of the learning rate goes on for %,d samples".formatted(boost.left())
              : "the learning rate is multiplied by up to %s for %,d samples"
                  .formatted(settings.boostFactor(), settings.boostSamples());
      case ROLLBACK ->
          "rolls back to the newest version from before the change, unless a rollback after an"
              + " earlier change is still to come";
      case RETRAIN ->
          drift.delayed() != null
              ? "training continues as before: labels do not say which batches to train again"
              : retraining();
    };
  }

  private String retraining() {
    return monitor.retraining().isActive()
        ? ("a new model trains the records since an earlier change again, and goes on: %,d"
                + " samples are left")
            .formatted(monitor.retraining().left())
        : areToRestart()
            ? "the new model after the change before is for this one, too"
            : "a new model trains the records since the change again";
  }
}
