package dev.tidemill.contract;

import java.util.List;

/** Finds the bin of a value: bin i holds values up to and including edge i. */
final class Bins {
  private Bins() {}

  static int of(double value, List<Double> edges) {
    int low = 0;
    int high = edges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value <= edges.get(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
