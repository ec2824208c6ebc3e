package dev.tidemill.engine.torch;

import dev.tidemill.engine.SeededStream;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Zeroes values with probability p in training and scales the others by {@code 1 / (1 - p)}. Each
 * layer has its own generator. Each pass seeds it from the training seed, the layer's name, the
 * update and the first sample, so a resumed run needs no generator state.
 */
final class Dropout implements Layer {
  private final String name;
  private final double keep;
  private final Generator generator;
  private final GeneratorOptional optional;
  private final Scalar scale;

  Dropout(String name, double p, Placement placement) {
    this.name = name;
    keep = 1 - p;
    generator = placement.generator();
    optional = new GeneratorOptional(generator);
    scale = new Scalar(keep == 0 ? 0 : 1 / keep);
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    if (!context.training() || keep == 1) {
      return x;
    }
    long seed =
        SeededStream.of(context.seed(), name)
            .split(context.step())
            .split(context.firstSample())
            .nextLong();
    generator.set_current_seed(seed);
    return x.mul(torch.empty_like(x).bernoulli_(keep, optional).mul_(scale));
  }
}
