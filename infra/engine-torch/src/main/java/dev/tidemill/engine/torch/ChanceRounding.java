package dev.tidemill.engine.torch;

import dev.tidemill.engine.SeededStream;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rounds to BFLOAT16, up or down by chance, so that the mean is the value itself: what changes by
 * less than half of a last place at a step would never change if the nearest were taken. Which way
 * follows from the seed, the update's number and the place: a resumed run rounds alike.
 */
final class ChanceRounding {
  private static final int DRAWS_PER_WORD = 4;
  private static final int HALF = 1 << 15;

  private final Generator generator;
  private final GeneratorOptional optional;
  private final LongOptional unbounded = new LongOptional();
  private final Scalar half = new Scalar(HALF);
  private final Scalar upperBits = new Scalar(-2 * HALF);
  private final Tensor words;

  /**
   * Made within the scope of the state.
   *
   * @param length most values that are rounded at once
   */
  ChanceRounding(long length, Placement placement) {
    long needed = (length + DRAWS_PER_WORD - 1) / DRAWS_PER_WORD;
    words = placement.zeros(ScalarType.Long, needed);
    generator = placement.generator();
    optional = new GeneratorOptional(generator);
  }

  /** Begins an update's draws. */
  void begin(long seed, long step) {
    generator.set_current_seed(SeededStream.of(seed, "optimizer").split(step).nextLong());
  }

  /** Rounds FLOAT32 values, which are lost, into BFLOAT16 ones. */
  void round(Tensor wide, Tensor narrow) {
    // 64 uniform bits a word, as four signed numbers that together with the half are in [0, 2^16).
    words.random_(Long.MIN_VALUE, unbounded, optional);
    Tensor draws = words.view(ScalarType.Short).narrow(0, 0, wide.numel());
    wide.view(ScalarType.Int).add_(half).add_(draws).bitwise_and_(upperBits);
    narrow.copy_(wide);
  }
}
