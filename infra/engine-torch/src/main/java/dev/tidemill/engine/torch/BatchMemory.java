package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Memory that Java fills and libtorch reads: as many samples as the largest batch so far had. A
 * batch's tensor is a view of it, made once for each size.
 */
final class BatchMemory implements AutoCloseable {
  private final List<Integer> shape;
  private final ScalarType type;
  private final int sampleBytes;
  private NativeScope scope = new NativeScope();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private @Nullable Tensor all;
  private int capacity;
  private final Map<Integer, Tensor> bySize = new HashMap<>();

  /**
   * @param shape of one sample
   * @param elementBytes of the type
   */
  BatchMemory(List<Integer> shape, ScalarType type, int elementBytes) {
    this.shape = shape;
    this.type = type;
    int length = shape.stream().reduce(1, Math::multiplyExact);
    sampleBytes = Math.multiplyExact(length, elementBytes);
  }

  /**
   * The bytes of a batch, from 0, for its next values; those of a batch before may still stand
   * there.
   */
  ByteBuffer bytes(int samples) {
    if (samples > capacity) {
      grow(samples);
    }
    return bytes;
  }

  /** What stands in the bytes, as a tensor, samples outermost. Valid until a larger batch comes. */
  Tensor tensor(int samples) {
    Tensor known = bySize.get(samples);
    if (known == null) {
      Tensor whole = Objects.requireNonNull(all, "no batch came before");
      known = scope.keep(() -> whole.narrow(0, 0, samples));
      bySize.put(samples, known);
    }
    return known;
  }

  private void grow(int samples) {
    close();
    scope = new NativeScope();
    bySize.clear();
    Tensor whole =
        scope.keep(() -> torch.zeros(Sizes.batch(samples, shape), new TensorOptions(type)));
    BytePointer begin = scope.keep(() -> new BytePointer(whole.data_ptr()));
    all = whole;
    bytes =
        begin.capacity((long) sampleBytes * samples).asByteBuffer().order(ByteOrder.nativeOrder());
    capacity = samples;
  }

  @Override
  public void close() {
    scope.close();
    capacity = 0;
  }
}
