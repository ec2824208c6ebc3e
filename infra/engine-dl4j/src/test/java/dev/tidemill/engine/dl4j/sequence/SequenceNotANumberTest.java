package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that sequence kernels propagate NaN, forward and backward. */
class SequenceNotANumberTest {
  private static final int BATCH = 2;

  private final KernelBench bench = new KernelBench();
  private final Signal x = bench.signal(BATCH * 72);
  private final Signal y = bench.signal(BATCH * 72);

  @AfterEach
  void free() {
    bench.close();
  }

  @Test
  void attentionPropagatesNaN() {
    Signal attended = bench.signal(BATCH * 6 * 4);
    for (boolean causal : new boolean[] {false, true}) {
      AttentionShape shape = new AttentionShape(BATCH, 6, 2, 4, causal);
      bench.checkPropagatesNaN(
          new Attention(shape, x, attended, null, bench.workspace), x, attended);
    }
  }

  @Test
  void lstmPropagatesNaN() {
    LstmShape shape = new LstmShape(BATCH, 6, 3, false);
    Signal hidden = bench.signal(BATCH * 6 * 3);
    Columns output = new Columns(hidden, 0, 3);
    bench.checkPropagatesNaN(
        new LstmSteps(shape, x, bench.signal(36), bench.signal(12), output, bench.workspace),
        x,
        hidden);
  }

  @Test
  void positionalEmbeddingPropagatesNaN() {
    bench.checkPropagatesNaN(new PositionalEmbedding(BATCH, 72, x, bench.signal(72), y), x, y);
  }
}
