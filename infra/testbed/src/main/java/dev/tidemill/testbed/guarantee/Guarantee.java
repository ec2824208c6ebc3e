package dev.tidemill.testbed.guarantee;

/** The guarantees of docs/architecture.md, and the producer's invariant that they rest on. */
public enum Guarantee {
  /** Each sample of a finite source is on the log once. */
  SENT,
  /** In each epoch, every batch record is trained into the lineage exactly once. */
  G1,
  /** The ranges of consecutive manifests touch and never overlap. */
  G2,
  /** A run that is killed and resumed ends with the same bits as one that was never killed. */
  G3,
  /** A zombie trainer cannot publish. */
  G4,
  /** A request gets exactly one answer among committed predictions. */
  G5,
  /** One version gives an answer. */
  G6,
  /** A bad record never stops a worker and never vanishes. */
  G7,
  /** Memory is bounded. */
  G8
}
