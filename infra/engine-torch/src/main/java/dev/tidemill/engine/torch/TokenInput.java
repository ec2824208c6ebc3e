package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reads token numbers for an embedding. */
final class TokenInput implements Input {
  private final BatchMemory memory;
  private final int length;
  private final int tokens;

  TokenInput(Network network, Optional<CopyStream> stream) {
    memory = BatchMemory.of(stream, network.spec().input().shape(), ScalarType.Long, Long.BYTES);
    length = network.inputLength();
    tokens = ((LayerSpec.Embedding) network.layers().get(0).spec()).numEmbeddings();
  }

  /**
   * @throws IllegalArgumentException if a token is out of range or not an integer
   */
  @Override
  public Tensor read(TensorBatch batch) {
    ByteBuffer into = memory.bytes(batch.size());
    into.clear();
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      ByteBuffer from = slice.inputs().slice().order(ByteOrder.LITTLE_ENDIAN);
      int first = slice.first() * length;
      for (int at = first; at < first + slice.count() * length; at++) {
        into.putLong(token(slice, from, at));
      }
    }
    return memory.tensor(batch.size());
  }

  private long token(TensorBatch.Slice slice, ByteBuffer from, int at) {
    double value = slice.inputType().value(from, at) * slice.scale() + slice.offset();
    long token = (long) value;
    if (token != value || token < 0 || token >= tokens) {
      throw new IllegalArgumentException(
          "token "
              + value
              + " of sample "
              + at / length
              + " is invalid; tokens are integers from 0 to "
              + (tokens - 1));
    }
    return token;
  }

  @Override
  public void close() {
    memory.close();
  }
}
