package dev.tidemill.runtime;

/** The metrics of any worker's health. */
public final class HealthMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Health (all workers)");

  static final MeterDefinition STATE =
      METERS.gauge(
          "tidemill.worker.health",
          "1 for the state that the worker is in, 0 for the other states.",
          "state");
  static final MeterDefinition CONDITION_SECONDS =
      METERS.gauge(
          "tidemill.health.condition.seconds",
          "How long the condition has lasted; 0 when it is over.",
          "condition");
  static final MeterDefinition CONDITION_REPORTS =
      METERS.counter(
          "tidemill.health.condition.reports",
          "How often the condition was reported.",
          "condition");

  private HealthMetrics() {}
}
