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
 * Memory of the processor that Java fills and libtorch reads: as many samples as the largest batch
 * so far had. A batch's tensor is a view of it, made once for each size.
 */
final class HostMemory implements BatchMemory {
  private final Function<long[], Tensor> maker;
  private final List<Integer> shape;
  private final int sampleBytes;
  private NativeScope scope = new NativeScope();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private @Nullable Tensor all;
  private int capacity;
  private final Map<Integer, Tensor> bySize = new HashMap<>();

  /**
   * @param maker of a tensor of some sizes
   * @param shape of one sample
   * @param elementBytes of the tensor's type
   */
  HostMemory(Function<long[], Tensor> maker, List<Integer> shape, int elementBytes) {
    this.maker = maker;
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

  /** Valid until a larger batch comes. */
  @Override
  public Tensor tensor(int samples) {
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
    Tensor whole = scope.keep(() -> maker.apply(Sizes.batch(samples, shape)));
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
