package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.KernelBench;
import dev.tidemill.engine.dl4j.kernel.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is not a number shows in what each kernel of sequences gives on, forward and back. */
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
  void attention() {
    Signal given = bench.signal(BATCH * 6 * 4);
    for (boolean causal : new boolean[] {false, true}) {
      AttentionShape shape = new AttentionShape(BATCH, 6, 2, 4, causal);
      bench.checkNotANumber(new Attention(shape, x, given, null, bench.workspace), x, given);
    }
  }

  @Test
  void lstm() {
    LstmShape shape = new LstmShape(BATCH, 6, 3, false);
    Signal shown = bench.signal(BATCH * 6 * 3);
    Columns output = new Columns(shown, 0, 3);
    bench.checkNotANumber(
        new LstmSteps(shape, x, bench.signal(36), bench.signal(12), output, bench.workspace),
        x,
        shown);
  }

  @Test
  void positionalEmbedding() {
    bench.checkNotANumber(new PositionalEmbedding(BATCH, 72, x, bench.signal(72), y), x, y);
  }
}
