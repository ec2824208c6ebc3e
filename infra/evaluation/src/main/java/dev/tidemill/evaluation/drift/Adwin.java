package dev.tidemill.evaluation.drift;

import java.util.Arrays;
import java.util.Optional;

/**
 * ADWIN, an adaptive window. It drops the oldest values while two parts of the window have means
 * that differ by more than chance explains. It keeps an exponential histogram: row i has up to
 * {@value #BUCKETS} buckets of 2^i values, so memory and time are O(log n) for n values.
 *
 * <p>Source: Bifet and Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, SDM 2007,
 * ADWIN2 with the bound of section 3.2.
 */
public final class Adwin implements DriftDetector {
  private static final int BUCKETS = 5;
  private static final int ROWS = 40;

  /** Rows above it stay free, so that no run can fill the last one. */
  private static final int MAX_RESTORED_ROW = ROWS - 3;

  /** A part of the window that is shorter than this is not compared. */
  private static final int MIN_PART = 5;

  private static final int MIN_WINDOW = 10;

  private final double delta;
  private final int checkEvery;

  // Row by row, with one place for the bucket that overflows; the oldest bucket of a row is first.
  private final double[][] sums = new double[ROWS][BUCKETS + 1];
  private final double[][] variances = new double[ROWS][BUCKETS + 1];
  private final long[][] samples = new long[ROWS][BUCKETS + 1];
  private final int[] used = new int[ROWS];
  private int rows;
  private long values;
  private long allSamples;
  private double sum;
  // Times the number of values.
  private double variance;
  private int sinceCheck;
  private double samplesSinceAlarm = Double.POSITIVE_INFINITY;

  /**
   * @param delta confidence: the probability of a false alarm, above 0 and below 1
   * @param checkEvery number of values between two comparisons
   */
  public Adwin(double delta, int checkEvery) {
    if (!(delta > 0 && delta < 1) || checkEvery < 1) {
      throw new IllegalArgumentException("delta " + delta + ", check every " + checkEvery);
    }
    this.delta = delta;
    this.checkEvery = checkEvery;
  }

  @Override
  public Optional<Change> add(double value, int count) {
    insert(value, count);
    samplesSinceAlarm += count;
    sinceCheck++;
    if (sinceCheck < checkEvery || values <= MIN_WINDOW) {
      return Optional.empty();
    }
    sinceCheck = 0;
    return shrink();
  }

  private void insert(double value, int count) {
    if (values > 0) {
      double distance = value - sum / values;
      variance += values * distance * distance / (values + 1);
    }
    values++;
    allSamples += count;
    sum += value;
    append(0, value, 0, count);
    for (int row = 0; used[row] > BUCKETS; row++) {
      merge(row);
    }
  }

  private void append(int row, double bucketSum, double bucketVariance, long count) {
    int at = used[row]++;
    sums[row][at] = bucketSum;
    variances[row][at] = bucketVariance;
    samples[row][at] = count;
    rows = Math.max(rows, row + 1);
  }

  /** Merges the two oldest buckets of a row into one of the next row. */
  private void merge(int row) {
    double size = 1L << row;
    double distance = (sums[row][0] - sums[row][1]) / size;
    append(
        row + 1,
        sums[row][0] + sums[row][1],
        variances[row][0] + variances[row][1] + size * distance * distance / 2,
        samples[row][0] + samples[row][1]);
    removeOldest(row, 2);
  }

  private void removeOldest(int row, int count) {
    used[row] -= count;
    System.arraycopy(sums[row], count, sums[row], 0, used[row]);
    System.arraycopy(variances[row], count, variances[row], 0, used[row]);
    System.arraycopy(samples[row], count, samples[row], 0, used[row]);
  }

  /** Drops the oldest buckets while there is a cut; returns the change if the mean has risen. */
  private Optional<Change> shrink() {
    if (!hasCut()) {
      return Optional.empty();
    }
    Change change = likeliestChange();
    while (hasCut()) {
      dropOldestBucket();
    }
    // What remained of the window before the last alarm leaves it later: the same change.
    if (change.after() <= change.before() || change.samplesSince() > samplesSinceAlarm) {
      return Optional.empty();
    }
    samplesSinceAlarm = 0;
    return Optional.of(change);
  }

  /** Returns the change at the cut that explains most of the window's variance. */
  private Change likeliestChange() {
    long older = 0;
    double olderSum = 0;
    long newerSamples = allSamples;
    double most = -1;
    Change likeliest = new Change(allSamples, 0, 0);
    for (int row = rows - 1; row >= 0; row--) {
      for (int bucket = 0; bucket < used[row]; bucket++) {
        older += 1L << row;
        olderSum += sums[row][bucket];
        newerSamples -= samples[row][bucket];
        long newer = values - older;
        if (newer == 0) {
          return likeliest;
        }
        double before = olderSum / older;
        double after = (sum - olderSum) / newer;
        double explained = (double) older * newer * (after - before) * (after - before);
        if (explained > most) {
          most = explained;
          likeliest = new Change(newerSamples, before, after);
        }
      }
    }
    return likeliest;
  }

  /** Whether the window has an older and a newer part whose means differ significantly. */
  private boolean hasCut() {
    long older = 0;
    double olderSum = 0;
    for (int row = rows - 1; row >= 0; row--) {
      for (int bucket = 0; bucket < used[row]; bucket++) {
        older += 1L << row;
        olderSum += sums[row][bucket];
        long newer = values - older;
        if (newer < MIN_PART) {
          return false;
        }
        double difference = Math.abs(olderSum / older - (sum - olderSum) / newer);
        if (older >= MIN_PART && difference > bound(older, newer)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the difference of the means that chance explains. */
  private double bound(long older, long newer) {
    double m = 1.0 / older + 1.0 / newer;
    double confidence = Math.log(2 * Math.log((double) values) / delta);
    return Math.sqrt(2 * m * Math.max(0, variance / values) * confidence)
        + 2.0 / 3 * m * confidence;
  }

  private void dropOldestBucket() {
    int row = rows - 1;
    long size = 1L << row;
    values -= size;
    allSamples -= samples[row][0];
    sum -= sums[row][0];
    double distance = sums[row][0] / size - sum / values;
    variance -= variances[row][0] + (double) size * values * distance * distance / (size + values);
    removeOldest(row, 1);
    while (rows > 0 && used[rows - 1] == 0) {
      rows--;
    }
  }

  @Override
  public void reset() {
    Arrays.fill(used, 0);
    rows = 0;
    values = 0;
    allSamples = 0;
    sum = 0;
    variance = 0;
    sinceCheck = 0;
    samplesSinceAlarm = Double.POSITIVE_INFINITY;
  }

  /**
   * Sum, variance, values since the last comparison, samples since the last alarm; then each row:
   * its number of buckets, and the buckets.
   */
  @Override
  public double[] state() {
    int buckets = Arrays.stream(used).sum();
    double[] state = new double[4 + rows + 3 * buckets];
    state[0] = sum;
    state[1] = variance;
    state[2] = sinceCheck;
    state[3] = samplesSinceAlarm;
    int at = 4;
    for (int row = 0; row < rows; row++) {
      state[at++] = used[row];
      for (int bucket = 0; bucket < used[row]; bucket++) {
        state[at++] = sums[row][bucket];
        state[at++] = variances[row][bucket];
        state[at++] = samples[row][bucket];
      }
    }
    return state;
  }

  @Override
  public void restore(double[] state) {
    reset();
    try {
      restoreRows(state);
      sum = StateNumbers.between("the sum", state[0], 0, (double) values);
      // Of values from 0 to 1.
      variance = StateNumbers.between("the variance", state[1], 0, (double) values);
      sinceCheck = (int) StateNumbers.whole("values unchecked", state[2], 0, Integer.MAX_VALUE / 2);
      if (!(state[3] >= 0)) {
        throw new IllegalArgumentException("samples since the last alarm: " + state[3]);
      }
      samplesSinceAlarm = state[3];
    } catch (ArrayIndexOutOfBoundsException e) {
      reset();
      throw new IllegalArgumentException(state.length + " numbers are no state of ADWIN", e);
    } catch (IllegalArgumentException e) {
      reset();
      throw e;
    }
  }

  private void restoreRows(double[] state) {
    int at = 4;
    for (int row = 0; at < state.length; row++) {
      if (row > MAX_RESTORED_ROW) {
        throw new IllegalArgumentException("more than " + (MAX_RESTORED_ROW + 1) + " rows");
      }
      int buckets = (int) StateNumbers.whole("buckets of a row", state[at++], 0, BUCKETS);
      long size = 1L << row;
      for (int bucket = 0; bucket < buckets; bucket++) {
        long count = StateNumbers.whole("samples", state[at + 2], 0, StateNumbers.MAX_COUNT);
        append(
            row,
            StateNumbers.between("a sum", state[at], 0, (double) size),
            StateNumbers.between("a variance", state[at + 1], 0, (double) size),
            count);
        values += size;
        allSamples += count;
        at += 3;
      }
      rows = row + 1;
    }
    if (rows > 0 && used[rows - 1] == 0) {
      throw new IllegalArgumentException("the last row has no bucket");
    }
  }
}
