package dev.tidemill.engine.dl4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int SAMPLES = 100;
  private static final int LENGTH = 50;

  private final FlatMemory memory = new FlatMemory(4L * SAMPLES * LENGTH);
  private final Signal in = signal(0);
  private final Signal out = signal(2);

  @Test
  void dropsWithProbabilityPAndScalesTheRest() {
    float[] values = masked(0.25, 1, 0, 0);
    long zeros = count(values, 0);
    assertThat(zeros / (double) values.length).isCloseTo(0.25, within(0.02));
    assertThat(count(values, 4 / 3f)).isEqualTo(values.length - zeros);
  }

  @Test
  void dropsDifferentValuesForEachStepAndLayer() {
    float[] values = masked(0.5, 1, 3, 0);
    assertThat(masked(0.5, 1, 3, 0)).isEqualTo(values);
    assertThat(masked(0.5, 1, 4, 0)).isNotEqualTo(values);
    assertThat(masked(0.5, 2, 3, 0)).isNotEqualTo(values);
    assertThat(agreement(values, masked(0.5, 2, 3, 0))).isCloseTo(0.5, within(0.03));
    assertThat(agreement(values, masked(0.5, 1, 4, 0))).isCloseTo(0.5, within(0.03));
  }

  @Test
  void microBatchDropsTheSameValuesAsTheWholeBatch() {
    float[] whole = masked(0.5, 1, 3, 0);
    float[] rest = masked(0.5, 1, 3, 40);
    assertThat(Arrays.copyOf(rest, 60 * LENGTH))
        .isEqualTo(Arrays.copyOfRange(whole, 40 * LENGTH, whole.length));
  }

  @Test
  void backwardUsesTheMaskOfForward() {
    float[] values = masked(0.5, 1, 3, 0);
    Dropout kernel = new Dropout(1, 0.5, LENGTH, in, out);
    kernel.forwardTraining(pass(3, 0));
    fill(out.requiredGradient(), 1);
    kernel.backward();
    assertThat(read(in.requiredGradient())).isEqualTo(values);
  }

  @Test
  void inferenceDropsNothing() {
    fill(in.values(), 7);
    new Dropout(1, 0.5, LENGTH, in, out).forward();
    assertThat(count(read(out.values()), 7)).isEqualTo(SAMPLES * LENGTH);
  }

  @Test
  void supportsProbabilitiesZeroAndOne() {
    assertThat(count(masked(1, 1, 0, 0), 0)).isEqualTo(SAMPLES * LENGTH);
    assertThat(count(masked(0, 1, 0, 0), 1)).isEqualTo(SAMPLES * LENGTH);
  }

  private float[] masked(double p, int layer, long step, long firstSample) {
    fill(in.values(), 1);
    new Dropout(layer, p, LENGTH, in, out).forwardTraining(pass(step, firstSample));
    return read(out.values());
  }

  private static TrainingPass pass(long step, long firstSample) {
    TrainingPass pass = new TrainingPass();
    pass.moveTo(11, step, firstSample);
    return pass;
  }

  private Signal signal(int index) {
    int length = SAMPLES * LENGTH;
    return new Signal(
        memory.slice((long) index * length, length),
        memory.slice((long) (index + 1) * length, length));
  }

  private static void fill(Floats floats, float value) {
    for (int i = 0; i < floats.length(); i++) {
      floats.buffer().put(i, value);
    }
  }

  private static float[] read(Floats floats) {
    float[] values = new float[floats.length()];
    floats.read(0, values, values.length);
    return values;
  }

  private static long count(float[] values, float expected) {
    long count = 0;
    for (float value : values) {
      if (value == expected) {
        count++;
      }
    }
    return count;
  }

  private static double agreement(float[] a, float[] b) {
    long same = 0;
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i]) {
        same++;
      }
    }
    return same / (double) a.length;
  }
}
