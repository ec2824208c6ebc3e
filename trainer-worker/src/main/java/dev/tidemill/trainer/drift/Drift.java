package dev.tidemill.trainer.drift;

import dev.tidemill.schemas.DriftSignal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A change that a monitor found.
 *
 * @param feature whose mean has changed; null for errors
 * @param partition of the record with which it began, as estimated; of {@code labels} if delayed is
 *     not null, otherwise of {@code batches}
 * @param offset of that record
 * @param earlier whether the change began before that record, the first one that is known
 * @param began samples trained since the lineage began, when it began
 * @param detected samples trained since the lineage began, when it was found
 * @param before mean of the signal before, from 0 to 1
 * @param after mean of the signal since
 * @param delayed null unless the error by delayed labels has changed
 */
public record Drift(
    DriftSignal signal,
    @Nullable String feature,
    String detector,
    int partition,
    long offset,
    boolean earlier,
    long began,
    long detected,
    double before,
    double after,
    @Nullable DelayedChange delayed) {

  /** Says what has changed, where it began and when it was found. */
  public String describe() {
    String where = (earlier ? "at or before offset " : "offset ") + offset;
    if (delayed != null) {
      return String.format(
          Locale.ROOT,
          "drift: the error by delayed labels rose from %.3f to %.3f (partition %d of labels, %s),"
              + " found by %s after %,d labels; %s",
          before,
          after,
          partition,
          where,
          detector,
          delayed.labels(),
          delayed.answeredBy() == 0
              ? "the version that answered before is unknown"
              : "version " + delayed.answeredBy() + " answered before");
    }
    return String.format(
        Locale.ROOT,
        "drift: %s rose from %.3f to %.3f from about sample %,d on (partition %d, %s), found"
            + " by %s %,d samples later",
        feature == null
            ? "the prequential error"
            : "the distance of feature " + feature + " from the data contract",
        before,
        after,
        began,
        partition,
        where,
        detector,
        detected - began);
  }
}
