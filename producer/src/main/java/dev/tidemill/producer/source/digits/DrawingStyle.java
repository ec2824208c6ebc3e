package dev.tidemill.producer.source.digits;

/**
 * The parameters of drawing a digit; each sample draws its values from these ranges.
 *
 * @param slant sideways shift per height; positive leans to the right
 * @param scale size of the digit in pixels
 * @param thickness thickness of the stroke in pixels
 * @param shift maximum distance from the center in pixels, in both directions
 * @param wobble maximum deviation of a stroke, as a fraction of the digit's size
 * @param ink brightness of the stroke, 0 to 255
 * @param noise maximum noise of a pixel in both directions, 0 to 255
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

  /** Ordinary handwriting. */
  static final DrawingStyle DEFAULT =
      new DrawingStyle(
          new Range(-0.15, 0.35),
          new Range(16, 21),
          new Range(1.6, 3.2),
          2.0,
          0.05,
          new Range(190, 255),
          18);

  /** Another handwriting: slanted backward, smaller, in thin pencil on rough paper. */
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
