package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Replaces columns of category numbers by rows of {@code torch.nn.Embedding}s, one for each column:
 * {@code torch.cat([others, embedding, embedding ...], 1)}. Sums a row's gradients in the order of
 * the samples.
 */
public final class ColumnEmbedding implements Kernel {
  private final int batch;
  private final int width;
  private final List<CategoryColumn> columns;
  private final List<Signal> weights;
  private final Floats input;
  private final Signal output;
  private final int[] others;
  private final float[] sample;
  private final float[] result;
  // The row of each column, sample by sample.
  private final int[] rows;
  private final float[] row;
  private final float[] rowGradient;
  private final float[] zeros = new float[Floats.TILE];

  /**
   * @param features elements of a sample
   * @param width length of a row
   * @param columns ascending
   * @param weights {@code [categories, width]} of each column
   * @param input {@code [batch, features]}, whose columns are integers
   */
  public ColumnEmbedding(
      int batch,
      int features,
      int width,
      List<CategoryColumn> columns,
      List<Signal> weights,
      Floats input,
      Signal output) {
    this.batch = batch;
    this.width = width;
    this.columns = columns;
    this.weights = weights;
    this.input = input;
    this.output = output;
    others = new int[features - columns.size()];
    int next = 0;
    for (int i = 0; i < features; i++) {
      int element = i;
      if (columns.stream().noneMatch(column -> column.index() == element)) {
        others[next++] = i;
      }
    }
    sample = new float[features];
    result = new float[others.length + columns.size() * width];
    rows = new int[batch * columns.size()];
    row = new float[width];
    rowGradient = new float[width];
  }

  /**
   * @throws IllegalArgumentException if an element of a column is no category's number
   */
  @Override
  public void forward() {
    for (int i = 0; i < batch; i++) {
      input.read(i * sample.length, sample, sample.length);
      for (int k = 0; k < others.length; k++) {
        result[k] = sample[others[k]];
      }
      for (int c = 0; c < columns.size(); c++) {
        int category = columns.get(c).category(sample[columns.get(c).index()]);
        rows[i * columns.size() + c] = category;
        weights.get(c).values().read(category * width, result, others.length + c * width, width);
      }
      output.values().write(i * result.length, result, result.length);
    }
  }

  @Override
  public void backward() {
    Floats dy = output.requiredGradient();
    for (int c = 0; c < columns.size(); c++) {
      Floats dw = weights.get(c).requiredGradient();
      for (int at = 0; at < dw.length(); at += Floats.TILE) {
        dw.write(at, zeros, Math.min(Floats.TILE, dw.length() - at));
      }
      for (int i = 0; i < batch; i++) {
        int at = rows[i * columns.size() + c] * width;
        dw.read(at, row, width);
        dy.read(i * result.length + others.length + c * width, rowGradient, width);
        for (int k = 0; k < row.length; k++) {
          row[k] += rowGradient[k];
        }
        dw.write(at, row, width);
      }
    }
  }

  @Override
  public String describe() {
    return columns.stream()
        .map(column -> column.categories() + " of element " + column.index())
        .collect(Collectors.joining(", ", "embedding of categories, ", ": rows copied"));
  }
}
