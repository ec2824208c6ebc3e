package dev.tidemill.evaluation;

/**
 * What a {@link LabelJoin} did with labels.
 *
 * @param scored labels that were compared with a prediction
 * @param errors labels of requests that were answered with an error
 * @param unusable labels that do not fit their prediction: of another kind, with another number of
 *     targets, a class that the model does not have, or a value that is not finite
 * @param duplicates labels of a request whose predictions all had one already
 * @param late labels that came when their prediction was no longer held
 * @param orphans labels for which no prediction came in time
 * @param displaced predictions and labels that fell out before their time, because there were too
 *     many
 */
public record JoinCounts(
    long scored,
    long errors,
    long unusable,
    long duplicates,
    long late,
    long orphans,
    long displaced) {

  /** Labels that were not compared with a prediction, as far as they are known. */
  public long unscored() {
    return errors + unusable + duplicates + late + orphans;
  }
}
