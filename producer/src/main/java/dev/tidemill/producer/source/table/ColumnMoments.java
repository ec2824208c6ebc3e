package dev.tidemill.producer.source.table;

import dev.tidemill.schemas.Standardization;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the mean and population standard deviation of each column in one pass (Welford, "Note on
 * a Method for Calculating Corrected Sums of Squares and Products", 1962).
 */
final class ColumnMoments {
  private final List<String> columns;
  private final double[] means;
  private final double[] squares;
  private long rows;

  ColumnMoments(List<String> columns) {
    this.columns = columns;
    this.means = new double[columns.size()];
    this.squares = new double[columns.size()];
  }

  void add(double[] row) {
    rows++;
    for (int i = 0; i < row.length; i++) {
      double before = row[i] - means[i];
      means[i] += before / rows;
      squares[i] += before * (row[i] - means[i]);
    }
  }

  Standardization standardization() {
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    for (int i = 0; i < means.length; i++) {
      double found = Math.sqrt(squares[i] / Math.max(1, rows));
      mean.add(means[i]);
      deviation.add(found > 0 ? found : 1.0);
    }
    return Standardization.newBuilder()
        .setColumns(columns)
        .setMean(mean)
        .setDeviation(deviation)
        .build();
  }
}
