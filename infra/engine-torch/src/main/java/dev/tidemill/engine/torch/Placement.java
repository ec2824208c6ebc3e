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
 * The device of a model's tensors and the precision of its layers.
 *
 * @param device {@code cpu}, {@code cuda:0}, …
 * @param precision of the layers; parameters and buffers are always FLOAT32
 */
record Placement(String device, Precision precision) {
  static final String CUDA = "cuda:";

  /** The CPU, with FLOAT32. */
  static final Placement CPU = new Placement("cpu", Precision.FLOAT32);

  /** The name of a GPU. */
  static String cuda(int index) {
    return CUDA + index;
  }

  /** Whether the device is a GPU, which computes asynchronously. */
  boolean isCuda() {
    return device.startsWith(CUDA);
  }

  /** The index of a GPU. */
  byte index() {
    return Byte.parseByte(device.substring(CUDA.length()));
  }

  /** Whether layers compute in BFLOAT16. */
  boolean isBfloat16() {
    return precision == Precision.BFLOAT16;
  }

  /** Whether images use the channels-last memory format, which is faster on a GPU in BFLOAT16. */
  boolean isChannelsLast() {
    return isCuda() && isBfloat16();
  }

  /** The options for a tensor on the device. */
  TensorOptions options(ScalarType type) {
    return new TensorOptions(type).device(new DeviceOptional(new Device(device)));
  }

  /** Allocates zeros on the device. */
  Tensor zeros(ScalarType type, long... sizes) {
    return torch.zeros(sizes, options(type));
  }

  /** Copies values to a FLOAT32 vector on the device. */
  Tensor vector(float... values) {
    Tensor host = CPU.zeros(ScalarType.Float, values.length);
    host.data_ptr_float().put(values, 0, values.length);
    return zeros(ScalarType.Float, values.length).copy_(host);
  }

  /** Creates a generator. CPU and GPU generators draw different numbers from the same seed. */
  Generator generator() {
    return isCuda() ? torch.getCUDAHooks().getNewGenerator(index()) : torch.make_generator_cpu();
  }
}
