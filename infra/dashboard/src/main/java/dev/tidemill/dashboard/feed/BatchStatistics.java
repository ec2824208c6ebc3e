package dev.tidemill.dashboard.feed;

import dev.tidemill.contract.FeatureComparison;
import java.util.List;

/**
 * The features of some of the newest batch records.
 *
 * @param at when they were measured, in milliseconds since 1970; 0 if they were not
 * @param contract version of the contract; 0 if there is none
 * @param samples samples that were measured
 * @param otherVersions records of another contract version, which are left out
 * @param unusable records that are no samples of the contract
 * @param features empty if the contract has no scalar features
 * @param error why the newest records could not be read; empty if they were
 */
public record BatchStatistics(
    long at,
    int contract,
    int samples,
    int otherVersions,
    int unusable,
    List<FeatureComparison> features,
    String error) {
  /** What the page calls a difference; a trainer's data.gate.psi may be another one. */
  public static final double STABILITY_LIMIT = 0.25;

  static final BatchStatistics NONE = new BatchStatistics(0, 0, 0, 0, 0, List.of(), "");

  BatchStatistics withAt(long atMillis) {
    return new BatchStatistics(atMillis, contract, samples, otherVersions, unusable, features, "");
  }

  BatchStatistics withError(String why) {
    return new BatchStatistics(at, contract, samples, otherVersions, unusable, features, why);
  }

  /** Leaves out the features after the first ones. */
  public BatchStatistics first(int most) {
    return new BatchStatistics(
        at,
        contract,
        samples,
        otherVersions,
        unusable,
        features.subList(0, Math.min(most, features.size())),
        error);
  }
}
