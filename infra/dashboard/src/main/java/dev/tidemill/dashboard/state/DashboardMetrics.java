package dev.tidemill.dashboard.state;

import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.MeterGroup;

/** The metrics of a dashboard; {@link ModelMeters} fills them. */
public final class DashboardMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Dashboard (`dashboard`), for each model");

  static final MeterDefinition READABLE =
      METERS.gauge(
          "tidemill.log.readable",
          "1 if the dashboard has read the log and the brokers answer; otherwise 0, and the other"
              + " metrics of the dashboard are missing.");
  static final MeterDefinition PENDING =
      METERS.gauge(
          "tidemill.pending.records",
          "Records that the group has not read, without transaction markers; all partitions.",
          "topic",
          "group");
  static final MeterDefinition CATCH_UP =
      METERS.gauge(
          "tidemill.catch.up.seconds",
          "Time until the group has read all, at the rates of the last 30 s; +Inf if the backlog"
              + " does not shrink.",
          "topic",
          "group");
  static final MeterDefinition TOPIC_BYTES =
      METERS.gauge("tidemill.topic.bytes", "Size of all replicas on the brokers' disks.", "topic");
  static final MeterDefinition TOPIC_END =
      METERS.gauge(
          "tidemill.topic.end.offset",
          "Sum of the partitions' end offsets, transaction markers included.",
          "topic");
  static final MeterDefinition DISK_TOTAL =
      METERS.gauge(
          "tidemill.broker.disk.total.bytes",
          "Size of the disk with a broker's log.",
          "broker",
          "directory");
  static final MeterDefinition DISK_FREE =
      METERS.gauge(
          "tidemill.broker.disk.free.bytes",
          "What is free of the disk with a broker's log.",
          "broker",
          "directory");
  static final MeterDefinition WORKERS =
      METERS.gauge(
          "tidemill.announced.workers",
          "Workers by role and state; GONE: without news for 12 s.",
          "role",
          "state");
  static final MeterDefinition WORKER_UP =
      METERS.gauge(
          "tidemill.announced.worker.up",
          "1 if the worker runs, 0 if it has failed or is gone; missing 30 minutes after that, when"
              + " a worker of its role that started later replaces it, or when it ended normally.",
          "role",
          "name");
  static final MeterDefinition WORKER_NEWS =
      METERS.gauge(
          "tidemill.announced.worker.news.seconds",
          "Time since the worker last announced itself.",
          "role",
          "name");
  static final MeterDefinition STALE =
      METERS.gauge(
          "tidemill.serving.stale.seconds",
          "How long ago the version after the one that the inference worker serves was published,"
              + " or the oldest one known after it; 0 if it serves the newest one. While a version is"
              + " pinned: how long ago it was, if the worker serves another one.",
          "name");
  static final MeterDefinition NEWEST =
      METERS.gauge("tidemill.newest.version", "The newest version of the lineage.");
  static final MeterDefinition ROLLBACK =
      METERS.gauge(
          "tidemill.rollback.version", "The newest version that is a rollback; 0 if none is.");
  static final MeterDefinition PINNED =
      METERS.gauge("tidemill.pinned.version", "The pinned version; 0 if none is.");
  static final MeterDefinition PAUSED =
      METERS.gauge("tidemill.training.paused", "1 while training is paused.");
  static final MeterDefinition SAMPLES =
      METERS.gauge(
          "tidemill.lineage.samples", "Samples trained since the lineage began, as trainers say.");
  static final MeterDefinition PHASE =
      METERS.gauge(
          "tidemill.training.phase",
          "1 for the phase of the trainer that leads, 0 for the others.",
          "phase");
  static final MeterDefinition DIVERGED =
      METERS.gauge(
          "tidemill.training.diverged",
          "1 if loss or weights are not finite: the trainer has ended or waits because of it.");
  static final MeterDefinition LETTERS =
      METERS.gauge(
          "tidemill.dead.letters.open", "Dead letters that nobody has replayed or discarded.");
  static final MeterDefinition ACCURACY =
      METERS.gauge(
          "tidemill.label.accuracy",
          "Accuracy of a version by delayed labels; the newest 5 versions that have labels.",
          "version");
  static final MeterDefinition RMSE =
      METERS.gauge(
          "tidemill.label.rmse",
          "Root of the mean squared error of a target by delayed labels, in its unit; of the same"
              + " versions, at most 20 targets.",
          "version",
          "target");
  static final MeterDefinition SCORED =
      METERS.gauge(
          "tidemill.label.scores", "Answers of a version that have a delayed label.", "version");
  static final MeterDefinition LABELS =
      METERS.gauge(
          "tidemill.labels",
          "Delayed labels by outcome: scored, error, unusable, duplicate, late, orphan;"
              + " displaced counts predictions, too. Of what the dashboard has read.",
          "outcome");
  static final MeterDefinition FRESHNESS =
      METERS.ageHistogram(
          "tidemill.freshness",
          "Age of a version's oldest sample when the version was first served (stage total), and"
              + " its parts: trained (from the batch record to the snapshot), published (to the"
              + " manifest), served (until an inference worker announces it).",
          "stage");
  static final MeterDefinition UNMEASURED =
      METERS.counter(
          "tidemill.freshness.unmeasured",
          "Versions that tidemill_freshness_seconds leaves out. not_served: a version was pinned or"
              + " no inference worker ran; unreadable: the brokers did not give the oldest samples,"
              + " for example because retention deleted them; displaced: too many versions waited.",
          "reason");

  private DashboardMetrics() {}
}
