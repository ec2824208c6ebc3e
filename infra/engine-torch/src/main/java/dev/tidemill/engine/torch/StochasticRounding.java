package dev.tidemill.engine.torch;

import dev.tidemill.engine.SeededStream;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stochastic rounding to BFLOAT16: rounds up or down at random, so that the expected value is the
 * value itself. Rounding to nearest would drop every change below half a unit in the last place.
 * The draws depend on the seed, the update and the index, so a resumed run rounds identically.
 */
final class StochasticRounding {
  private static final int DRAWS_PER_WORD = 4;
  private static final int HALF = 1 << 15;

  private final Generator generator;
  private final GeneratorOptional optional;
  private final LongOptional unbounded = new LongOptional();
  private final Scalar half = new Scalar(HALF);
  private final Scalar upperBits = new Scalar(-2 * HALF);
  private final Tensor words;

  /**
   * Must be created in the native scope of the state.
   *
   * @param length the largest number of values to round in one call
   */
  StochasticRounding(long length, Placement placement) {
    long needed = (length + DRAWS_PER_WORD - 1) / DRAWS_PER_WORD;
    words = placement.zeros(ScalarType.Long, needed);
    generator = placement.generator();
    optional = new GeneratorOptional(generator);
  }

  /** Seeds the draws of an update. */
  void begin(long seed, long step) {
    generator.set_current_seed(SeededStream.of(seed, "optimizer").split(step).nextLong());
  }

  /** Rounds FLOAT32 values to BFLOAT16. Overwrites the FLOAT32 values. */
  void round(Tensor wide, Tensor narrow) {
    // Each 64-bit word is four signed draws; a draw plus half is uniform in [0, 2^16).
    words.random_(Long.MIN_VALUE, unbounded, optional);
    Tensor draws = words.view(ScalarType.Short).narrow(0, 0, wide.numel());
    wide.view(ScalarType.Int).add_(half).add_(draws).bitwise_and_(upperBits);
    narrow.copy_(wide);
  }
}
