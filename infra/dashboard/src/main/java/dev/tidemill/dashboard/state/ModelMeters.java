package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.LogSample.Disk;
import dev.tidemill.dashboard.state.ModelState.ScoreRow;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.runtime.GaugeTable;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.WorkerMetrics;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.WorkerRole;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Exports what the dashboard knows of a model. While it reads the past or reaches no broker, it
 * exports nothing but that, so that no alert rests on old figures.
 */
public final class ModelMeters {
  private static final int VERSIONS = 5;
  private static final int TARGETS = 20;
  private static final String GONE = "GONE";
  private static final String DIVERGENCE = "diverged";

  private final ModelState state;
  private final LongSupplier clock;
  private final Map<MeterDefinition, GaugeTable> tables = new LinkedHashMap<>();
  private final Timer trained;
  private final Timer published;
  private final Timer served;
  private final Timer total;

  /**
   * Registers them.
   *
   * @param clock the time in milliseconds since 1970
   */
  public ModelMeters(WorkerMetrics metrics, ModelState state, LongSupplier clock) {
    this.state = state;
    this.clock = clock;
    for (MeterDefinition meter : DashboardMetrics.METERS.meters()) {
      if (meter.kind() == MeterDefinition.Kind.GAUGE) {
        tables.put(meter, metrics.gauges(meter));
      }
    }
    trained = metrics.histogram(DashboardMetrics.FRESHNESS, "trained");
    published = metrics.histogram(DashboardMetrics.FRESHNESS, "published");
    served = metrics.histogram(DashboardMetrics.FRESHNESS, "served");
    total = metrics.histogram(DashboardMetrics.FRESHNESS, "total");
    for (Freshness.Unmeasured why : Freshness.Unmeasured.values()) {
      Meter unused =
          metrics.counter(
              DashboardMetrics.UNMEASURED,
              state.freshness(),
              freshness -> freshness.unmeasured(why),
              why.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Brings all metrics up to date; called before each scrape. If that fails, exports none of the
   * gauges, rather than old ones.
   */
  public void refresh() {
    tables.values().forEach(GaugeTable::clear);
    boolean filled = false;
    try {
      fill();
      filled = true;
    } finally {
      if (!filled) {
        tables.values().forEach(GaugeTable::clear);
      }
      tables.values().forEach(GaugeTable::publish);
    }
  }

  private void fill() {
    state.freshness().take().forEach(this::record);
    ModelView view = state.view(clock.getAsLong());
    boolean readable = view.unreachable() == null && !view.loading();
    row(DashboardMetrics.READABLE, readable ? 1 : 0);
    if (readable) {
      log(view);
      workers(view);
      training(view);
      serving(view);
      labels();
    }
  }

  private void record(Freshness.Times times) {
    trained.record(times.untilTrained(), TimeUnit.MILLISECONDS);
    published.record(times.untilPublished(), TimeUnit.MILLISECONDS);
    served.record(times.untilServed(), TimeUnit.MILLISECONDS);
    total.record(times.total(), TimeUnit.MILLISECONDS);
  }

  private void log(ModelView view) {
    for (ModelView.TopicRow topic : view.topics()) {
      long end = topic.partitions().stream().mapToLong(ModelView.PartitionRow::end).sum();
      row(DashboardMetrics.TOPIC_END, end, topic.name());
      if (topic.bytes() >= 0) {
        row(DashboardMetrics.TOPIC_BYTES, topic.bytes(), topic.name());
      }
      ModelView.GroupRow group = topic.group();
      if (group != null) {
        Double seconds = group.secondsToCatchUp();
        row(DashboardMetrics.PENDING, group.pending(), topic.name(), group.group());
        row(
            DashboardMetrics.CATCH_UP,
            seconds == null ? Double.POSITIVE_INFINITY : seconds,
            topic.name(),
            group.group());
      }
    }
    for (Disk disk : state.disks()) {
      row(DashboardMetrics.DISK_TOTAL, disk.totalBytes(), disk.broker(), disk.directory());
      row(DashboardMetrics.DISK_FREE, disk.freeBytes(), disk.broker(), disk.directory());
    }
    row(DashboardMetrics.LETTERS, view.openLetters());
  }

  private void workers(ModelView view) {
    for (WorkerRole role : WorkerRole.values()) {
      List<WorkerRow> ofRole =
          view.workers().stream().filter(each -> each.role().equals(role.name())).toList();
      for (Health.State each : Health.State.values()) {
        row(DashboardMetrics.WORKERS, count(ofRole, each.name()), role.name(), each.name());
      }
      row(DashboardMetrics.WORKERS, count(ofRole, GONE), role.name(), GONE);
    }
    for (WorkerRow worker : view.workers()) {
      if (!stateOf(worker).equals(Health.State.STOPPED.name())) {
        row(DashboardMetrics.WORKER_UP, worker.isRunning() ? 1 : 0, worker.role(), worker.worker());
        row(
            DashboardMetrics.WORKER_NEWS,
            seconds(view.now() - worker.seenAt()),
            worker.role(),
            worker.worker());
      }
    }
  }

  private static long count(List<WorkerRow> workers, String state) {
    return workers.stream().filter(worker -> stateOf(worker).equals(state)).count();
  }

  private static String stateOf(WorkerRow worker) {
    return worker.gone() ? GONE : worker.state();
  }

  private void training(ModelView view) {
    row(DashboardMetrics.NEWEST, view.newestVersion());
    row(DashboardMetrics.ROLLBACK, state.newestRollback());
    row(DashboardMetrics.PINNED, view.pinned());
    row(DashboardMetrics.PAUSED, view.paused() ? 1 : 0);
    List<WorkerRow> trainers =
        view.workers().stream().filter(each -> isIn(each, WorkerRole.TRAINER)).toList();
    boolean runs = trainers.stream().anyMatch(WorkerRow::isRunning);
    row(
        DashboardMetrics.DIVERGED,
        trainers.stream().anyMatch(each -> hasDiverged(each, runs)) ? 1 : 0);
    ModelView.TrainingNow now = view.training();
    if (now != null) {
      row(DashboardMetrics.SAMPLES, now.samples());
      for (TrainerPhase phase : TrainerPhase.values()) {
        row(DashboardMetrics.PHASE, runs && now.phase().equals(phase.name()) ? 1 : 0, phase.name());
      }
    }
  }

  /** A trainer that runs cancels what an ended one said. */
  private static boolean hasDiverged(WorkerRow trainer, boolean oneRuns) {
    return trainer.isRunning()
        ? trainer.conditions().stream().anyMatch(each -> each.name().equals(DIVERGENCE))
        : !oneRuns && !trainer.gone() && trainer.detail().contains(DIVERGENCE);
  }

  private void serving(ModelView view) {
    for (WorkerRow worker : view.workers()) {
      if (isIn(worker, WorkerRole.INFERENCE) && worker.isRunning()) {
        row(
            DashboardMetrics.STALE,
            seconds(view.now() - staleSince(view, worker)),
            worker.worker());
      }
    }
  }

  /** Returns now if the worker serves what it should. */
  private long staleSince(ModelView view, WorkerRow worker) {
    if (view.pinned() != 0) {
      // What the worker did not serve before its start is not the pin's delay.
      return worker.version() == view.pinned()
          ? view.now()
          : Math.max(state.pinnedAt(), worker.startedAt());
    }
    return state
        .manifestAfter(worker.version())
        .map(next -> next.getCreatedAt().toEpochMilli())
        .orElse(view.now());
  }

  private static boolean isIn(WorkerRow worker, WorkerRole role) {
    return worker.role().equals(role.name());
  }

  private void labels() {
    ModelState.LabelsView labels = state.labels();
    List<ScoreRow> all = labels.versions();
    for (ScoreRow scores : all.subList(Math.max(0, all.size() - VERSIONS), all.size())) {
      String version = Long.toString(scores.version());
      row(DashboardMetrics.SCORED, scores.count(), version);
      Double accuracy = scores.accuracy();
      if (accuracy != null) {
        row(DashboardMetrics.ACCURACY, accuracy, version);
      }
      for (int i = 0; i < Math.min(TARGETS, scores.rmse().size()); i++) {
        row(DashboardMetrics.RMSE, scores.rmse().get(i), version, target(scores.version(), i));
      }
    }
    JoinCounts counts = labels.counts();
    row(DashboardMetrics.LABELS, counts.scored(), "scored");
    row(DashboardMetrics.LABELS, counts.errors(), "error");
    row(DashboardMetrics.LABELS, counts.unusable(), "unusable");
    row(DashboardMetrics.LABELS, counts.duplicates(), "duplicate");
    row(DashboardMetrics.LABELS, counts.late(), "late");
    row(DashboardMetrics.LABELS, counts.orphans(), "orphan");
    row(DashboardMetrics.LABELS, counts.displaced(), "displaced");
  }

  /** The target's name as the manifest has it; otherwise its number. */
  private String target(long version, int number) {
    return state
        .manifest(version)
        .filter(manifest -> number < manifest.getErrors().size())
        .map(manifest -> manifest.getErrors().get(number).getTarget())
        .orElse(Integer.toString(number));
  }

  private void row(MeterDefinition meter, Number value, String... tagValues) {
    GaugeTable table = tables.get(meter);
    if (table == null) {
      throw new IllegalStateException(meter.name() + " is no gauge of the dashboard");
    }
    GaugeTable unused = table.row(value, tagValues);
  }

  private static double seconds(long millis) {
    return Math.max(0, millis) / 1000.0;
  }
}
