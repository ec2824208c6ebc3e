package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/**
 * A finished epoch of a bounded run.
 *
 * @param epoch from 1
 * @param epochs that the run is to take
 * @param loss mean prequential loss over the epoch's samples; NaN where it had none
 * @param accuracy prequential share of right answers; null where labels are not classes
 * @param samples of the epoch
 * @param refusedRecords that this trainer refused in the epoch
 * @param samplesPerSecond since the epoch began, or went on in this process
 */
public record EpochSummary(
    int epoch,
    int epochs,
    double loss,
    @Nullable Double accuracy,
    long samples,
    long refusedRecords,
    double samplesPerSecond) {}
