package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import java.util.Arrays;
import java.util.List;

/** Times a plan kernel by kernel, over many runs. */
final class PlanTimes {
  private static final double NANOSECONDS_A_MICROSECOND = 1e3;

  private final Plan plan;
  private final List<Plan.Step> steps;
  private final TrainingPass pass = new TrainingPass();
  private final long[][] forward;
  private final long[][] backward;
  private final long[] reading;
  private final long[] loss;
  private int runs;

  /**
   * @param most runs that are kept
   */
  PlanTimes(Plan plan, int most) {
    this.plan = plan;
    steps = plan.steps();
    forward = new long[steps.size()][most];
    backward = new long[steps.size()][most];
    reading = new long[most];
    loss = new long[most];
  }

  /** One run forward and back. */
  void run(TensorBatch batch) {
    long at = System.nanoTime();
    plan.read(batch);
    at = stop(reading, at);
    for (int i = 0; i < forward.length; i++) {
      steps.get(i).kernel().forwardTraining(pass);
      at = stop(forward[i], at);
    }
    plan.differentiate(batch.size());
    at = stop(loss, at);
    for (int i = backward.length - 1; i >= 0; i--) {
      if (steps.get(i).hasBackward()) {
        steps.get(i).kernel().backward();
        at = stop(backward[i], at);
      }
    }
    runs++;
  }

  private long stop(long[] times, long since) {
    long now = System.nanoTime();
    times[runs] = now - since;
    return now;
  }

  /** Median microseconds of a kernel forward. */
  double forward(int kernel) {
    return median(forward[kernel], runs);
  }

  /** Median microseconds of a kernel going back; 0 where it does not. */
  double backward(int kernel) {
    return median(backward[kernel], runs);
  }

  double reading() {
    return median(reading, runs);
  }

  double loss() {
    return median(loss, runs);
  }

  /** The median of the first so many, in microseconds. */
  static double median(long[] nanoseconds, int count) {
    long[] sorted = Arrays.copyOf(nanoseconds, count);
    Arrays.sort(sorted);
    return sorted[count / 2] / NANOSECONDS_A_MICROSECOND;
  }
}
