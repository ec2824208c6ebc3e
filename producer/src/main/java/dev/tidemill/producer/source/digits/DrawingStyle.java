package dev.tidemill.producer.source.digits;

/**
 * How a digit is drawn: ranges from which each sample's own figures come.
 *
 * @param slant sideways shift per height; positive leans to the right
 * @param scale the digit's size in pixels
 * @param thickness of the stroke, in pixels
 * @param shift off the middle, in pixels, either way
 * @param wobble how far strokes stray, as a share of the digit's size
 * @param ink brightness of the stroke, 0 to 255
 * @param noise of each pixel, either way, 0 to 255
 */
record DrawingStyle(
    Range slant,
    Range scale,
    Range thickness,
    double shift,
    double wobble,
    Range ink,
    double noise) {

  record Range(double low, double high) {}

  /** As most people write. */
  static final DrawingStyle USUAL =
      new DrawingStyle(
          new Range(-0.15, 0.35),
          new Range(16, 21),
          new Range(1.6, 3.2),
          2.0,
          0.05,
          new Range(190, 255),
          18);

  /** Another hand: leaning back, smaller, in a thin pencil on rough paper. */
  static final DrawingStyle DRIFTED =
      new DrawingStyle(
          new Range(-0.75, -0.4),
          new Range(13, 17),
          new Range(0.9, 1.6),
          3.5,
          0.07,
          new Range(120, 190),
          40);
}
