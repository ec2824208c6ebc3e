package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.DropoutMask;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the gradients of sequence kernels with numerical ones of a weighted sum of the outputs.
 */
class SequenceGradientTest {
  private static final int BATCH = 3;

  private final KernelBench bench = new KernelBench();

  @AfterEach
  void free() {
    bench.close();
  }

  @Test
  void embedding() {
    Floats tokens = bench.random(10);
    for (int i = 0; i < tokens.length(); i++) {
      tokens.buffer().put(i, i * i % 7);
    }
    Signal w = bench.signal(7 * 5);
    Signal y = bench.signal(10 * 5);
    bench.checkGradients(new Embedding(10, 7, 5, tokens, w, y), y, w);
  }

  @Test
  void positionalEmbedding() {
    Signal x = bench.signal(BATCH * 20);
    Signal w = bench.signal(20);
    Signal y = bench.signal(BATCH * 20);
    bench.checkGradients(new PositionalEmbedding(BATCH, 20, x, w, y), y, x, w);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencePool(boolean mean) {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 5);
    bench.checkGradients(new SequencePool(BATCH, 4, 5, mean, x, y), y, x);
  }

  @Test
  void timeMajorAndBack() {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 4 * 5);
    bench.checkGradients(TimeMajor.toTimeMajor(BATCH, 4, 5, x, y), y, x);
    bench.checkGradients(TimeMajor.toBatchMajor(BATCH, 4, 5, x, y), y, x);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BATCH, 40})
  void lstm(int batch) {
    for (boolean reverse : new boolean[] {false, true}) {
      for (int length : new int[] {1, 5}) {
        LstmShape shape = new LstmShape(batch, length, 30, reverse);
        Floats sums = bench.random(length * batch * 120);
        Signal z = bench.signal(length * batch * 120);
        Signal w = bench.signal(120 * 30);
        Signal b = bench.signal(120);
        Signal y = bench.signal(length * batch * 37);
        LstmSteps steps = new LstmSteps(shape, z, w, b, new Columns(y, 5, 37), bench.workspace);
        Signal x = new Signal(sums, z.requiredGradient());
        bench.checkGradients(new InputCopy(x, z, steps), y, x, w, b);
      }
    }
  }

  /** Wraps a kernel that overwrites its input, and keeps a copy of the input. */
  private record InputCopy(Signal original, Signal overwritten, Kernel kernel) implements Kernel {
    @Override
    public void forward() {
      overwritten.values().copyFrom(original.values());
      kernel.forward();
    }

    @Override
    public void backward() {
      kernel.backward();
    }

    @Override
    public String describe() {
      return kernel.describe();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attention(boolean causal) {
    for (DropoutMask mask : new DropoutMask[] {null, new DropoutMask(1, 0.3)}) {
      AttentionShape shape = new AttentionShape(2, 40, 3, 12, causal);
      Signal x = bench.signal(2 * 40 * 36);
      Signal y = bench.signal(2 * 40 * 12);
      bench.checkGradients(new Attention(shape, x, y, mask, bench.workspace), y, x);
    }
  }

  @Test
  void dropoutOfSequences() {
    Signal x = bench.signal(BATCH * 4 * 5);
    Signal y = bench.signal(BATCH * 4 * 5);
    bench.checkGradients(new SequenceDropout(BATCH, 4, 5, new DropoutMask(1, 0.3), x, y), y, x);
  }
}
