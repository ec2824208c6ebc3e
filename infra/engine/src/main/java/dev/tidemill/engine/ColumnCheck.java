package dev.tidemill.engine;

import java.util.Optional;

/**
 * Checks that the elements that a layer embeds are numbers of categories.
 *
 * @param sampleLength elements of a sample
 */
record ColumnCheck(LayerSpec.ColumnEmbedding layer, int sampleLength) {

  /** Describes the first bad element, with its sample and index; empty if all are valid. */
  Optional<String> fault(TensorView tensor) {
    int samples = tensor.data().remaining() / tensor.type().bytes() / sampleLength;
    for (int sample = 0; sample < samples; sample++) {
      for (CategoryColumn column : layer.columns()) {
        double stored = tensor.type().value(tensor.data(), sample * sampleLength + column.index());
        double element = stored * tensor.scale() + tensor.offset();
        if (!column.accepts((float) element)) {
          return Optional.of(fault(sample, column, element));
        }
      }
    }
    return Optional.empty();
  }

  private String fault(int sample, CategoryColumn column, double element) {
    boolean whole = element == Math.rint(element);
    return "sample "
        + sample
        + ": value "
        + column.index()
        + " is "
        + (whole ? Long.toString((long) element) : Double.toString(element))
        + ", but layer "
        + layer.name()
        + " takes the number of a category there, an integer from 0 to "
        + (column.categories() - 1);
  }
}
