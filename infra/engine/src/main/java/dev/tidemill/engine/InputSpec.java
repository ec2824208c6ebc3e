package dev.tidemill.engine;

import java.util.List;

/**
 * The shape of one sample and its preprocessing: {@code value * scale}, then {@code pad} zeros on
 * each side.
 *
 * @param shape of a sample as it arrives: {@code [features]}, {@code [length]} of token numbers if
 *     the first layer is an embedding, {@code [length, features]} or {@code [channels, height,
 *     width]}
 * @param scale factor for every value, in addition to the scale of the record's tensor
 * @param pad zero pixels on each side of an image, added after scaling; 0 for other shapes
 */
public record InputSpec(List<Integer> shape, double scale, int pad) {

  public InputSpec {
    shape = List.copyOf(shape);
  }

  /** Values per sample as it arrives, without padding. */
  public int length() {
    return Math.toIntExact(Shapes.elements(shape));
  }

  /** The shape of the first layer's input, with padding. */
  public List<Integer> paddedShape() {
    return pad == 0 ? shape : Shapes.padded(shape, pad);
  }
}
