package dev.tidemill.engine.torch;

import dev.tidemill.engine.Precision;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Where a model's tensors lie and are computed with, and what its layers compute with.
 *
 * @param device {@code cpu}, {@code cuda:0}, ...
 * @param precision of the layers; all that is kept is FLOAT32
 */
record Placement(String device, Precision precision) {
  static final String CUDA = "cuda:";

  /** The processor, in floats. */
  static final Placement CPU = new Placement("cpu", Precision.FLOAT32);

  /** The name of a GPU. */
  static String cuda(int index) {
    return CUDA + index;
  }

  /** Whether it is a GPU: what is computed there is asked for now and done later. */
  boolean isCuda() {
    return device.startsWith(CUDA);
  }

  /** A GPU's number. */
  byte index() {
    return Byte.parseByte(device.substring(CUDA.length()));
  }

  /** Whether layers compute in BFLOAT16. */
  boolean isNarrow() {
    return precision == Precision.BFLOAT16;
  }

  /** Whether images lie with a pixel's channels side by side: where a GPU is the faster for it. */
  boolean isChannelsLast() {
    return isCuda() && isNarrow();
  }

  /** What makes a tensor lie there. */
  TensorOptions options(ScalarType type) {
    return new TensorOptions(type).device(new DeviceOptional(new Device(device)));
  }

  /** Zeros that lie there. */
  Tensor zeros(ScalarType type, long... sizes) {
    return torch.zeros(sizes, options(type));
  }

  /** A generator of one's own. The two kinds draw other numbers from the same seed. */
  Generator generator() {
    return isCuda() ? torch.getCUDAHooks().getNewGenerator(index()) : torch.make_generator_cpu();
  }
}
