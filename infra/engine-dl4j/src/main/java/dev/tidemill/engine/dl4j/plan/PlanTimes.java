package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import java.util.Arrays;
import java.util.List;

/** Measures the time of each kernel of a plan over many runs. */
final class PlanTimes {
  private static final double NANOSECONDS_PER_MICROSECOND = 1e3;

  private final Plan plan;
  private final List<Plan.Step> steps;
  private final TrainingPass pass = new TrainingPass();
  private final long[][] forward;
  private final long[][] backward;
  private final long[] reading;
  private final long[] loss;
  private int runs;

  /**
   * @param maxRuns maximum number of runs
   */
  PlanTimes(Plan plan, int maxRuns) {
    this.plan = plan;
    steps = plan.steps();
    forward = new long[steps.size()][maxRuns];
    backward = new long[steps.size()][maxRuns];
    reading = new long[maxRuns];
    loss = new long[maxRuns];
  }

  /** Runs the forward and backward pass once. */
  void run(TensorBatch batch) {
    long at = System.nanoTime();
    plan.read(batch);
    at = record(reading, at);
    for (int i = 0; i < forward.length; i++) {
      steps.get(i).kernel().forwardTraining(pass);
      at = record(forward[i], at);
    }
    plan.differentiate(batch.size());
    at = record(loss, at);
    for (int i = backward.length - 1; i >= 0; i--) {
      if (steps.get(i).hasBackward()) {
        steps.get(i).kernel().backward();
        at = record(backward[i], at);
      }
    }
    runs++;
  }

  private long record(long[] times, long since) {
    long now = System.nanoTime();
    times[runs] = now - since;
    return now;
  }

  /** Returns the median time of a kernel's forward pass, in microseconds. */
  double forward(int kernel) {
    return median(forward[kernel], runs);
  }

  /** Returns the median time of a kernel's backward pass, in microseconds; 0 if it has none. */
  double backward(int kernel) {
    return median(backward[kernel], runs);
  }

  double reading() {
    return median(reading, runs);
  }

  double loss() {
    return median(loss, runs);
  }

  /** Returns the median of the first {@code count} times, in microseconds. */
  static double median(long[] nanoseconds, int count) {
    long[] sorted = Arrays.copyOf(nanoseconds, count);
    Arrays.sort(sorted);
    return sorted[count / 2] / NANOSECONDS_PER_MICROSECOND;
  }
}
