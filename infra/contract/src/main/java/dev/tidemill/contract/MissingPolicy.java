package dev.tidemill.contract;

/** What the first producer writes into the contract for missing values. */
public enum MissingPolicy {
  /** A sample without a value is an error. */
  REFUSE,
  /** A sample without a value is left out and becomes a dead letter. */
  DROP,
  /** Numbers: the mean; categories: no category. */
  MEAN,
  /** Numbers: the median; categories: no category. */
  MEDIAN,
  /** A constant. */
  CONSTANT
}
