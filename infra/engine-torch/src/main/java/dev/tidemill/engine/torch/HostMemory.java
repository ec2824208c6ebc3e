package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * CPU memory that Java fills and libtorch reads. It grows to the size of the largest batch so far.
 * The tensor of a batch is a view of it, created once for each batch size.
 */
final class HostMemory implements BatchMemory {
  private final Function<long[], Tensor> allocator;
  private final List<Integer> shape;
  private final int sampleBytes;
  private NativeScope scope = new NativeScope();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private @Nullable Tensor all;
  private int capacity;
  private final Map<Integer, Tensor> bySize = new HashMap<>();

  /**
   * @param allocator allocates a tensor of the given sizes
   * @param shape of one sample
   * @param elementBytes size of the tensor's type
   */
  HostMemory(Function<long[], Tensor> allocator, List<Integer> shape, int elementBytes) {
    this.allocator = allocator;
    this.shape = shape;
    int length = shape.stream().reduce(1, Math::multiplyExact);
    sampleBytes = Math.multiplyExact(length, elementBytes);
  }

  @Override
  public ByteBuffer bytes(int samples) {
    if (samples > capacity) {
      grow(samples);
    }
    return bytes;
  }

  /** Valid until {@link #bytes} is called for a larger batch. */
  @Override
  public Tensor tensor(int samples) {
    Tensor known = bySize.get(samples);
    if (known == null) {
      Tensor whole = Objects.requireNonNull(all, "call bytes() first");
      known = scope.keep(() -> whole.narrow(0, 0, samples));
      bySize.put(samples, known);
    }
    return known;
  }

  private void grow(int samples) {
    close();
    scope = new NativeScope();
    bySize.clear();
    Tensor whole = scope.keep(() -> allocator.apply(Sizes.batch(samples, shape)));
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
