package dev.tidemill.producer.source.digits;

import java.util.ArrayList;
import java.util.List;

/**
 * The shapes of the ten digits. Each digit has variants, each variant has strokes, and each stroke
 * is a series of points connected by straight lines. The coordinates run from (0, 0) at the top
 * left to (1, 1).
 */
final class Strokes {
  private static final double POINTS_PER_TURN = 18;

  /** VARIANTS[digit][variant][stroke] = x0, y0, x1, y1 ... */
  private static final double[][][][] VARIANTS = {
    {{arc(0.5, 0.5, 0.30, 0.44, 0, 360)}},
    {{{0.36, 0.26, 0.54, 0.06, 0.54, 0.94}}, {{0.5, 0.06, 0.5, 0.94}}},
    {{join(arc(0.5, 0.30, 0.28, 0.23, -175, 35), line(0.2, 0.92, 0.84, 0.92))}},
    {{join(arc(0.46, 0.28, 0.27, 0.21, -150, 90), arc(0.46, 0.71, 0.30, 0.22, -90, 145))}},
    {
      {{0.62, 0.06, 0.16, 0.64, 0.88, 0.64}, {0.64, 0.36, 0.64, 0.94}},
      {{0.26, 0.08, 0.2, 0.54, 0.8, 0.54}, {0.74, 0.08, 0.7, 0.94}}
    },
    {{join(line(0.8, 0.08, 0.3, 0.08), line(0.26, 0.46), arc(0.47, 0.68, 0.30, 0.25, -125, 145))}},
    {{join(line(0.70, 0.06, 0.44, 0.24, 0.27, 0.48), arc(0.5, 0.70, 0.27, 0.23, 180, 540))}},
    {
      {{0.18, 0.08, 0.82, 0.08, 0.42, 0.94}},
      {{0.18, 0.08, 0.82, 0.08, 0.42, 0.94}, {0.36, 0.5, 0.76, 0.5}}
    },
    {{arc(0.5, 0.28, 0.23, 0.20, 0, 360), arc(0.5, 0.71, 0.28, 0.22, 0, 360)}},
    {{join(arc(0.5, 0.30, 0.26, 0.23, 0, 360), line(0.74, 0.62, 0.62, 0.94))}},
  };

  private Strokes() {}

  /** Number of variants of a digit. */
  static int variants(int digit) {
    return VARIANTS[digit].length;
  }

  /** The strokes of one variant; callers must not modify them. */
  static double[][] of(int digit, int variant) {
    return VARIANTS[digit][variant];
  }

  /** Returns points of an elliptical arc; angles in degrees, clockwise from the right. */
  private static double[] arc(double x, double y, double rx, double ry, double from, double to) {
    int steps = (int) Math.ceil(POINTS_PER_TURN * Math.abs(to - from) / 360);
    double[] points = new double[2 * (steps + 1)];
    for (int i = 0; i <= steps; i++) {
      double angle = Math.toRadians(from + (to - from) * i / steps);
      // StrictMath gives the same bits on every machine, so a seed gives the same samples.
      points[2 * i] = x + rx * StrictMath.cos(angle);
      points[2 * i + 1] = y + ry * StrictMath.sin(angle);
    }
    return points;
  }

  private static double[] line(double... points) {
    return points;
  }

  private static double[] join(double[]... parts) {
    List<Double> all = new ArrayList<>();
    for (double[] part : parts) {
      for (double value : part) {
        all.add(value);
      }
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
