package dev.tidemill.engine.torch;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
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
    classes = network.spec().loss().type() == LossType.CROSS_ENTROPY;
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
      if (classes) {
        readClasses(slice, into);
      } else {
        readValues(slice, into);
      }
    }
    return memory.tensor(batch.size());
  }

  private void readClasses(TensorBatch.Slice slice, ByteBuffer into) {
    int first = slice.first() * labels;
    for (int at = first; at < first + slice.count() * labels; at++) {
      long label = slice.label(at);
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

  private void readValues(TensorBatch.Slice slice, ByteBuffer into) {
    if (slice.labelType() != ElementType.FLOAT32) {
      throw new IllegalArgumentException(
          "the loss takes FLOAT32 values, got labels of " + slice.labelType());
    }
    ByteBuffer from = slice.labels().slice();
    int sampleBytes = outputs * Float.BYTES;
    into.put(from.slice(slice.first() * sampleBytes, slice.count() * sampleBytes));
  }

  @Override
  public void close() {
    memory.close();
  }
}
