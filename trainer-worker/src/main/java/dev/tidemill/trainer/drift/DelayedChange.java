package dev.tidemill.trainer.drift;

import java.time.Instant;
import java.util.SortedMap;

/**
 * What only a change of the delayed error has.
 *
 * @param labelsId id of the topic {@code labels}
 * @param answeredBy the version that gave the last answer before the change; 0 if unknown
 * @param labels labels that were compared since the change began
 * @param at when the first of these labels was compared: the timestamp of the later record of both
 * @param seen offset behind the last label that the detector had seen, by partition
 */
public record DelayedChange(
    String labelsId, long answeredBy, long labels, Instant at, SortedMap<Integer, Long> seen) {}
