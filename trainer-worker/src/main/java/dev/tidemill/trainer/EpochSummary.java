package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/**
 * The result of a finished epoch of a bounded run.
 *
 * @param epoch from 1
 * @param epochs of the run
 * @param loss mean prequential loss over the epoch's samples; NaN if it had none
 * @param accuracy prequential accuracy, 0 to 1; null if labels are not classes
 * @param samples of the epoch
 * @param refusedRecords that this trainer refused in the epoch
 * @param samplesPerSecond since the epoch began or continued in this process
 */
public record EpochSummary(
    int epoch,
    int epochs,
    double loss,
    @Nullable Double accuracy,
    long samples,
    long refusedRecords,
    double samplesPerSecond) {}
