package dev.tidemill.dashboard.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Values over time in bounded memory: one row a second for {@link #FINE}, and one a minute, the
 * mean, for {@link #COARSE} before. NaN is a missing value. Guarded by its owner.
 */
final class History {
  /** How long each second is kept. */
  static final Duration FINE = Duration.ofHours(8);

  /** How long each minute is kept beyond. */
  static final Duration COARSE = Duration.ofDays(7);

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;

  private final List<String> columns;
  private final Rows fine;
  private final Rows coarse;
  private final double[] sums;
  private final int[] counts;
  private long minute = Long.MIN_VALUE;

  History(List<String> columns) {
    this.columns = List.copyOf(columns);
    this.fine = new Rows(columns.size(), (int) (FINE.toMillis() / SECOND));
    this.coarse = new Rows(columns.size(), (int) (COARSE.toMillis() / MINUTE));
    this.sums = new double[columns.size()];
    this.counts = new int[columns.size()];
  }

  /**
   * Adds a row, in the order of time. It replaces the row of the same second.
   *
   * @param atMillis since 1970
   */
  void add(long atMillis, double... values) {
    long at = atMillis - Math.floorMod(atMillis, SECOND);
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values, not " + columns);
    }
    if (fine.size() > 0 && at <= fine.last()) {
      fine.put(at, values);
      return;
    }
    while (fine.size() > 0 && (fine.isFull() || fine.first() <= at - FINE.toMillis())) {
      fold(fine.first(), fine.firstValues());
      fine.removeFirst();
    }
    fine.add(at, values);
  }

  private void fold(long at, double[] values) {
    long its = at - Math.floorMod(at, MINUTE);
    if (its != minute) {
      endMinute();
      minute = its;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        sums[i] += values[i];
        counts[i]++;
      }
    }
  }

  private void endMinute() {
    if (minute == Long.MIN_VALUE) {
      return;
    }
    double[] means = new double[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = counts[i] == 0 ? Double.NaN : sums[i] / counts[i];
    }
    if (coarse.isFull()) {
      coarse.removeFirst();
    }
    coarse.add(minute, means);
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
  }

  List<String> columns() {
    return columns;
  }

  /** Number of rows that are kept. */
  int size() {
    return fine.size() + coarse.size();
  }

  /**
   * Returns the rows since a time, at most about {@code most}: means of neighbors if there are
   * more.
   */
  Chart since(long fromMillis, int most) {
    List<Row> rows = Stream.concat(coarse.since(fromMillis), fine.since(fromMillis)).toList();
    int stride = Math.max(1, (rows.size() + most - 1) / most);
    List<Long> times = new ArrayList<>();
    List<List<Double>> series = new ArrayList<>();
    columns.forEach(column -> series.add(new ArrayList<>()));
    for (int begin = 0; begin < rows.size(); begin += stride) {
      List<Row> group = rows.subList(begin, Math.min(rows.size(), begin + stride));
      times.add(group.get(group.size() - 1).at);
      for (int i = 0; i < columns.size(); i++) {
        int column = i;
        double mean =
            group.stream()
                .mapToDouble(row -> row.values[column])
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
        series.get(i).add(Double.isFinite(mean) ? mean : null);
      }
    }
    return new Chart(columns, times, series);
  }

  private static final class Row {
    private final long at;
    private final double[] values;

    Row(long at, double[] values) {
      this.at = at;
      this.values = values;
    }
  }

  /** A ring of rows that grows up to a limit. */
  private static final class Rows {
    private final int width;
    private final int limit;
    private long[] times = new long[64];
    private double[] cells;
    private int begin;
    private int size;

    Rows(int width, int limit) {
      this.width = width;
      this.limit = limit;
      this.cells = new double[times.length * width];
    }

    int size() {
      return size;
    }

    boolean isFull() {
      return size == limit;
    }

    long first() {
      return times[begin];
    }

    long last() {
      return times[slot(size - 1)];
    }

    double[] firstValues() {
      return values(begin);
    }

    void removeFirst() {
      begin = slot(1);
      size--;
    }

    void add(long at, double[] values) {
      if (size == times.length) {
        grow();
      }
      size++;
      times[slot(size - 1)] = at;
      System.arraycopy(values, 0, cells, slot(size - 1) * width, width);
    }

    /** Replaces the row of a time that is not after the last one, or inserts it. */
    void put(long at, double[] values) {
      int i = size - 1;
      while (i >= 0 && times[slot(i)] > at) {
        i--;
      }
      if (i >= 0 && times[slot(i)] == at) {
        System.arraycopy(values, 0, cells, slot(i) * width, width);
      } else if (i >= 0 && size < limit) {
        insert(i + 1, at, values);
      } // Otherwise it is older than all that is kept.
    }

    private void insert(int index, long at, double[] values) {
      add(times[slot(size - 1)], values(slot(size - 1)));
      for (int i = size - 2; i > index; i--) {
        times[slot(i)] = times[slot(i - 1)];
        System.arraycopy(cells, slot(i - 1) * width, cells, slot(i) * width, width);
      }
      times[slot(index)] = at;
      System.arraycopy(values, 0, cells, slot(index) * width, width);
    }

    Stream<Row> since(long from) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int slot = slot(i);
        if (times[slot] >= from) {
          rows.add(new Row(times[slot], values(slot)));
        }
      }
      return rows.stream();
    }

    private double[] values(int slot) {
      return Arrays.copyOfRange(cells, slot * width, (slot + 1) * width);
    }

    private int slot(int index) {
      return (begin + index) % times.length;
    }

    private void grow() {
      int wider = Math.min(limit, 2 * times.length);
      long[] newTimes = new long[wider];
      double[] newCells = new double[wider * width];
      for (int i = 0; i < size; i++) {
        int slot = slot(i);
        newTimes[i] = times[slot];
        System.arraycopy(cells, slot * width, newCells, i * width, width);
      }
      times = newTimes;
      cells = newCells;
      begin = 0;
    }
  }
}
