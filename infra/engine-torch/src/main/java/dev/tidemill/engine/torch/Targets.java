package dev.tidemill.engine.torch;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Reads the labels of a batch into a tensor: a class per sample, a class per position, or
 * regression targets.
 */
final class Targets implements AutoCloseable {
  private final BatchMemory memory;
  private final boolean classes;
  private final int outputs;
  private final int labels;

  Targets(Network network, Optional<CopyStream> stream) {
    classes = network.spec().loss() == LossType.CROSS_ENTROPY;
    outputs = network.outputLength();
    labels = network.labelsPerSample();
    List<Integer> places = network.labelsEveryPosition() ? List.of(labels) : List.of();
    memory =
        classes
            ? BatchMemory.of(stream, places, ScalarType.Long, Long.BYTES)
            : BatchMemory.of(stream, List.of(outputs), ScalarType.Float, Float.BYTES);
  }

  /**
   * Reads a batch. The result is valid in the caller's scope, until the next call.
   *
   * @throws IllegalArgumentException if a label is out of range or has the wrong type
   */
  Tensor read(TensorBatch batch) {
    ByteBuffer into = memory.bytes(batch.size());
    into.clear();
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      ByteBuffer from = slice.labels().slice().order(ByteOrder.LITTLE_ENDIAN);
      if (classes) {
        readClasses(slice, from, into);
      } else {
        readValues(slice, from, into);
      }
    }
    return memory.tensor(batch.size());
  }

  private void readClasses(TensorBatch.Slice slice, ByteBuffer from, ByteBuffer into) {
    int first = slice.first() * labels;
    for (int at = first; at < first + slice.count() * labels; at++) {
      long label =
          switch (slice.labelType()) {
            case INT32 -> from.getInt(at * Integer.BYTES);
            case INT64 -> from.getLong(at * Long.BYTES);
            case UINT8 -> Byte.toUnsignedInt(from.get(at));
            case FLOAT16, BFLOAT16, FLOAT32 -> throw wrong(slice.labelType(), "class numbers");
          };
      if (label < 0 || label >= outputs) {
        throw new IllegalArgumentException(
            "label "
                + label
                + " of sample "
                + at / labels
                + " is out of range; classes are 0 to "
                + (outputs - 1));
      }
      into.putLong(label);
    }
  }

  private void readValues(TensorBatch.Slice slice, ByteBuffer from, ByteBuffer into) {
    if (slice.labelType() != ElementType.FLOAT32) {
      throw wrong(slice.labelType(), "FLOAT32 values");
    }
    int sampleBytes = outputs * Float.BYTES;
    into.put(from.slice(slice.first() * sampleBytes, slice.count() * sampleBytes));
  }

  private static IllegalArgumentException wrong(ElementType given, String needed) {
    return new IllegalArgumentException("the loss takes " + needed + ", got labels of " + given);
  }

  @Override
  public void close() {
    memory.close();
  }
}
