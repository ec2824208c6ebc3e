package dev.tidemill.engine.torch;

import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.LayerSpec.ColumnEmbedding;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Reads samples from the caller's buffers in one pass: converts the type, applies the record's
 * scale and offset and the spec's scale, and pads with zeros.
 */
final class SampleInput implements Input {
  private static final int BYTE_VALUES = 256;

  private final BatchMemory memory;
  private final double scale;
  private final int sampleLength;
  private final int rowLength;
  private final int[] rowOffsets;
  // One padded sample. The padding stays zero.
  private final float[] padded;
  private final byte[] raw;
  private final List<CategoryColumn> columns;
  private final float[] ofByte = new float[BYTE_VALUES];

  SampleInput(Network network, Optional<CopyStream> stream) {
    InputSpec spec = network.spec().input();
    columns = network.columnEmbedding().map(ColumnEmbedding::columns).orElse(List.of());
    memory = BatchMemory.of(stream, spec.paddedShape(), ScalarType.Float, Float.BYTES);
    List<Integer> shape = spec.shape();
    int pad = spec.pad();
    scale = spec.scale();
    sampleLength = spec.length();
    // Without padding, a sample is one contiguous row. With padding, each image row is separate.
    rowLength = pad > 0 ? shape.get(2) : sampleLength;
    int planeRows = pad > 0 ? shape.get(1) : 1;
    int paddedRow = rowLength + 2 * pad;
    int paddedPlane = (planeRows + 2 * pad) * paddedRow;
    rowOffsets = new int[sampleLength / rowLength];
    for (int r = 0; r < rowOffsets.length; r++) {
      rowOffsets[r] = r / planeRows * paddedPlane + (r % planeRows + pad) * paddedRow + pad;
    }
    padded = new float[rowOffsets.length / planeRows * paddedPlane];
    raw = new byte[sampleLength];
  }

  /**
   * @throws IllegalArgumentException if an element that is embedded is no category's number
   */
  @Override
  public Tensor read(TensorBatch batch) {
    FloatBuffer into = memory.bytes(batch.size()).asFloatBuffer();
    int sample = 0;
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      ByteBuffer from = slice.inputs().slice().order(ByteOrder.LITTLE_ENDIAN);
      double factor = slice.scale() * scale;
      double summand = slice.offset() * scale;
      if (slice.inputType() == ElementType.UINT8) {
        tabulate(factor, summand);
      }
      for (int k = 0; k < slice.count(); k++) {
        int first = (slice.first() + k) * sampleLength;
        if (slice.inputType() == ElementType.UINT8) {
          readBytes(from, first);
        } else {
          readValues(slice.inputType(), from, first, factor, summand);
        }
        // On a GPU, a row that does not exist would end the process.
        for (CategoryColumn column : columns) {
          int unused = column.category(padded[column.index()]);
        }
        into.put(padded);
      }
      sample += slice.count();
    }
    return memory.tensor(sample);
  }

  private void tabulate(double factor, double summand) {
    for (int i = 0; i < BYTE_VALUES; i++) {
      ofByte[i] = (float) (i * factor + summand);
    }
  }

  private void readBytes(ByteBuffer from, int first) {
    from.get(first, raw);
    for (int r = 0; r < rowOffsets.length; r++) {
      int at = rowOffsets[r];
      int begin = r * rowLength;
      for (int i = 0; i < rowLength; i++) {
        padded[at + i] = ofByte[raw[begin + i] & 0xFF];
      }
    }
  }

  private void readValues(
      ElementType type, ByteBuffer from, int first, double factor, double summand) {
    for (int r = 0; r < rowOffsets.length; r++) {
      int begin = first + r * rowLength;
      for (int i = 0; i < rowLength; i++) {
        padded[rowOffsets[r] + i] = (float) (type.value(from, begin + i) * factor + summand);
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
