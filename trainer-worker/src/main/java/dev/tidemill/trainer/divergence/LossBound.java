package dev.tidemill.trainer.divergence;

/**
 * Decides whether the loss explodes: whether several reads in a row exceed a multiple of the
 * largest mean that the loss has had over a block of reads. The first few reads decide until the
 * first block is complete. Reads beyond the bound are in no mean. Blocks do not depend on versions,
 * so a resumed run decides as an uninterrupted one. Allocates nothing. One thread.
 */
public final class LossBound {
  /** How many reads in a row must exceed the bound. */
  public static final int CONSECUTIVE = 10;

  /** Reads of a block. */
  public static final int BLOCK = 100;

  /** Reads before there is a bound. */
  static final int FIRST = 10;

  /** Smaller means count as this one, since a loss near 0 may rise by any factor. */
  static final double SMALLEST = 1;

  /** Keeps sums finite. */
  private static final double LARGEST = 1e300;

  private final double factor;
  private double reference;
  private double sum;
  private int reads;
  private int high;

  /**
   * @param factor how many times the reference is too much; 0 for no bound
   * @param begin what was known before
   */
  public LossBound(double factor, DivergenceState begin) {
    this.factor = factor;
    this.reference = begin.reference();
    this.sum = begin.sum();
    this.reads = begin.reads();
  }

  /**
   * Adds a finite loss.
   *
   * @return whether training has diverged
   */
  public boolean add(double loss) {
    if (factor > 0 && reference > 0 && loss > limit()) {
      high++;
      return high >= CONSECUTIVE;
    }
    high = 0;
    sum += Math.min(loss, LARGEST);
    reads++;
    if ((reads == FIRST && reference == 0) || reads == BLOCK) {
      reference = Math.max(reference, Math.max(SMALLEST, sum / reads));
    }
    if (reads == BLOCK) {
      sum = 0;
      reads = 0;
    }
    return false;
  }

  /** Whether the newest read exceeded the bound. */
  public boolean isExceeded() {
    return high > 0;
  }

  /** Returns the largest loss within the bound; infinite if there is none. */
  public double limit() {
    return factor == 0 || reference == 0 ? Double.POSITIVE_INFINITY : factor * reference;
  }

  /** Begins anew to count reads in a row: the weights were replaced. */
  public void forgetNewest() {
    high = 0;
  }

  double reference() {
    return reference;
  }

  double sum() {
    return sum;
  }

  int reads() {
    return reads;
  }
}
