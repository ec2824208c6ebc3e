package dev.tidemill.trainer;

import dev.tidemill.contract.TargetReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a finished epoch of a bounded run.
 *
 * @param epoch from 1
 * @param epochs of the run
 * @param loss mean prequential loss over the epoch's samples; NaN if it had none
 * @param accuracy prequential accuracy, 0 to 1; null if labels are not classes
 * @param errors of each target of a regression, in its own unit; empty if labels are classes
 * @param samples of the epoch
 * @param refusedRecords that this trainer refused in the epoch
 * @param samplesPerSecond since the epoch began or continued in this process
 */
public record EpochSummary(
    int epoch,
    int epochs,
    double loss,
    @Nullable Double accuracy,
    List<TargetReport> errors,
    long samples,
    long refusedRecords,
    double samplesPerSecond) {
  public EpochSummary {
    errors = List.copyOf(errors);
  }
}
