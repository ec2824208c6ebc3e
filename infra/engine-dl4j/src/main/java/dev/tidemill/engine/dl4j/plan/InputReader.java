package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;

/**
 * Brings samples from the caller's buffers into a plan's input in one pass: conversion, the
 * record's scale and offset, the spec's scale, the frame of zeros.
 */
final class InputReader {
  private final Floats input;
  private final int rows;
  private final int rowLength;
  private final int sampleLength;
  private final double scale;
  private final ElementReader elements;
  // A sample as the plan takes it: its frame is zero and stays so.
  private final float[] framed;
  private final int[] rowPlaces;

  /**
   * @param input of the plan, for samples with their frames
   */
  InputReader(InputSpec spec, Floats input) {
    this.input = input;
    List<Integer> shape = spec.shape();
    int pad = spec.pad();
    scale = spec.scale();
    sampleLength = spec.length();
    // Without a frame a sample is one row; with one, each of an image's rows stands apart.
    rowLength = pad > 0 ? shape.get(2) : sampleLength;
    rows = sampleLength / rowLength;
    int planeRows = pad > 0 ? shape.get(1) : 1;
    int framedRow = rowLength + 2 * pad;
    int framedPlane = (planeRows + 2 * pad) * framedRow;
    rowPlaces = new int[rows];
    for (int r = 0; r < rows; r++) {
      rowPlaces[r] = r / planeRows * framedPlane + (r % planeRows + pad) * framedRow + pad;
    }
    framed = new float[rows / planeRows * framedPlane];
    elements = new ElementReader(sampleLength);
  }

  /** Fills the input from its beginning; samples beyond the batch's keep what they had. */
  void read(TensorBatch batch) {
    int sample = 0;
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      elements.begin(
          slice.inputType(), slice.inputs(), slice.scale() * scale, slice.offset() * scale);
      for (int k = 0; k < slice.count(); k++) {
        elements.load((slice.first() + k) * sampleLength);
        for (int r = 0; r < rows; r++) {
          elements.convert(r * rowLength, framed, rowPlaces[r], rowLength);
        }
        input.write((sample + k) * framed.length, framed, framed.length);
      }
      sample += slice.count();
    }
  }
}
