package dev.tidemill.chaos.injection;

import dev.tidemill.chaos.schedule.PlannedFault;

/**
 * A fault of the schedule and what became of it.
 *
 * @param beganMillis since the schedule began
 * @param endedMillis since the schedule began
 */
public record InjectedFault(
    PlannedFault planned, long beganMillis, long endedMillis, Effect effect) {}
