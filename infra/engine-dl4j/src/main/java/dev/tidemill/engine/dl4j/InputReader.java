package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.TensorBatch;
import java.util.List;

/**
 * Brings samples from the caller's buffers into a plan's input in one pass: conversion, the
 * record's scale and offset, the spec's scale, the frame of zeros.
 */
final class InputReader {
  private final Floats input;
  private final int rows;
  private final int rowLength;
  private final int pad;
  private final int planeRows;
  private final double scale;
  private final ElementReader elements;
  private final float[] row;

  /**
   * @param input of the plan; its frame is zero already and stays so
   */
  InputReader(InputSpec spec, Floats input) {
    this.input = input;
    List<Integer> shape = spec.shape();
    pad = spec.pad();
    scale = spec.scale();
    boolean image = shape.size() == 3;
    // Without a frame a sample is one row; with one, each of an image's rows stands apart.
    boolean framed = image && pad > 0;
    rowLength = framed ? shape.get(2) : spec.length();
    rows = spec.length() / rowLength;
    planeRows = framed ? shape.get(1) : 1;
    elements = new ElementReader(rowLength);
    row = new float[rowLength];
  }

  /** Fills the input from its beginning; samples beyond the batch's keep what they had. */
  void read(TensorBatch batch) {
    int sample = 0;
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      elements.begin(
          slice.inputType(), slice.inputs(), slice.scale() * scale, slice.offset() * scale);
      for (int k = 0; k < slice.count(); k++) {
        read(slice.first() + k, sample + k);
      }
      sample += slice.count();
    }
  }

  private void read(int from, int to) {
    int framedRow = rowLength + 2 * pad;
    int framedPlane = (planeRows + 2 * pad) * framedRow;
    int planes = rows / planeRows;
    int at = to * planes * framedPlane;
    if (pad == 0) {
      at = to * rows * rowLength;
    }
    for (int r = 0; r < rows; r++) {
      elements.read((from * rows + r) * rowLength, row);
      int within = pad == 0 ? r * rowLength : place(r, framedPlane, framedRow);
      input.write(at + within, row, rowLength);
    }
  }

  private int place(int r, int framedPlane, int framedRow) {
    return r / planeRows * framedPlane + (r % planeRows + pad) * framedRow + pad;
  }
}
