package dev.tidemill.contract;

/** What the labels of a model without a contract are. */
public enum LabelMeaning {
  /** Texts and up to 100 different whole numbers are classes; other numbers are targets. */
  AUTO,
  /** All labels are classes. */
  CLASS,
  /** All labels are targets. */
  NUMBER
}
