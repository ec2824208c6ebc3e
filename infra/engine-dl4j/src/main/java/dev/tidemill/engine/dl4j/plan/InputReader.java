package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/**
 * Copies samples from the caller's buffers to a plan's input. One pass converts the elements,
 * applies the record's scale and offset and the spec's scale, and adds zero padding.
 */
final class InputReader {
  private final Floats input;
  private final int rows;
  private final int rowLength;
  private final int sampleLength;
  private final double scale;
  private final ElementReader elements;
  // A padded sample; its padding is always zero.
  private final float[] padded;
  private final int[] rowOffsets;

  /**
   * @param input the plan's input, for padded samples
   */
  InputReader(InputSpec spec, Floats input) {
    this.input = input;
    List<Integer> shape = spec.shape();
    int pad = spec.pad();
    scale = spec.scale();
    sampleLength = spec.length();
    // Without padding, a sample is one row; with padding, each row of an image is separate.
    rowLength = pad > 0 ? shape.get(2) : sampleLength;
    rows = sampleLength / rowLength;
    int planeRows = pad > 0 ? shape.get(1) : 1;
    int paddedRowLength = rowLength + 2 * pad;
    int paddedPlaneLength = (planeRows + 2 * pad) * paddedRowLength;
    rowOffsets = new int[rows];
    for (int r = 0; r < rows; r++) {
      rowOffsets[r] =
          r / planeRows * paddedPlaneLength + (r % planeRows + pad) * paddedRowLength + pad;
    }
    padded = new float[rows / planeRows * paddedPlaneLength];
    elements = new ElementReader(sampleLength);
  }

  /** Fills the input from its start; samples after the end of the batch keep their values. */
  void read(TensorBatch batch) {
    int sample = 0;
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      elements.begin(
          slice.inputType(), slice.inputs(), slice.scale() * scale, slice.offset() * scale);
      for (int k = 0; k < slice.count(); k++) {
        elements.load((slice.first() + k) * sampleLength);
        for (int r = 0; r < rows; r++) {
          elements.convert(r * rowLength, padded, rowOffsets[r], rowLength);
        }
        input.write((sample + k) * padded.length, padded, padded.length);
      }
      sample += slice.count();
    }
  }
}
