package dev.tidemill.engine;

import java.util.List;

/**
 * What one sample is, and how an engine prepares it: {@code value * scale}, then {@code pad} zeros
 * on each side.
 *
 * @param shape sizes of a sample as it arrives: {@code [features]}, {@code [length]} of token
 *     numbers where the first layer is an embedding, {@code [length, features]} or {@code
 *     [channels, height, width]}
 * @param scale factor for every value; on top of the scale that a record's own tensor carries
 * @param pad zero pixels on each side of an image, after the scaling; 0 for any other shape
 */
public record InputSpec(List<Integer> shape, double scale, int pad) {

  public InputSpec {
    shape = List.copyOf(shape);
  }

  /** Values of one sample as it arrives. */
  public int length() {
    return Math.toIntExact(Shapes.elements(shape));
  }

  /** Shape that the first layer takes: with the padding. */
  public List<Integer> paddedShape() {
    return pad == 0 ? shape : Shapes.padded(shape, pad);
  }
}
