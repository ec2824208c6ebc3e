package dev.tidemill.evaluation.drift;

import java.util.Arrays;

/** The detectors that a setting can name. */
public enum DetectorKind {
  /** {@link Adwin} with δ = 0.002, as the paper's authors use it. */
  ADWIN("adwin"),
  /** {@link Ddm} with the levels of the paper. */
  DDM("ddm"),
  /**
   * {@link PageHinkley} that tolerates a rise by 0.01. With its threshold, an error rate of 20 %
   * has no false alarm in millions of samples, and one that rises to 90 % is found after 150.
   */
  PAGE_HINKLEY("page-hinkley");

  private static final double DELTA = 0.002;
  private static final double TOLERANCE = 0.01;
  private static final double THRESHOLD = 100;

  /** Number of samples between two comparisons of ADWIN, which takes more time than a value. */
  private static final int CHECKED_SAMPLES = 32;

  private final String word;

  DetectorKind(String word) {
    this.word = word;
  }

  /** Returns the name in settings and events. */
  public String word() {
    return word;
  }

  /**
   * Returns the kind with a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DetectorKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no detector " + word));
  }

  /**
   * Creates a detector.
   *
   * @param samples number of samples of each value
   */
  public DriftDetector create(int samples) {
    return switch (this) {
      case ADWIN -> new Adwin(DELTA, Math.max(1, CHECKED_SAMPLES / samples));
      case DDM -> new Ddm();
      case PAGE_HINKLEY -> new PageHinkley(TOLERANCE, THRESHOLD);
    };
  }
}
