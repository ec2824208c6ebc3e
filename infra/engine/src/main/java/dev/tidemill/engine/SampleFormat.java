package dev.tidemill.engine;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a model's data, from which a {@link SpecTemplate} gets its sizes.
 *
 * @param shape of one sample
 * @param scale factor for every value of a sample
 * @param outputs number of classes or targets
 * @param columns number of categories of the elements that are category numbers, by the elements'
 *     indexes; they may be none
 */
public record SampleFormat(
    Optional<List<Integer>> shape,
    OptionalDouble scale,
    OptionalInt outputs,
    Optional<SortedMap<Integer, Integer>> columns) {
  /** Nothing is known, so a template's own defaults apply. */
  public static final SampleFormat UNKNOWN =
      new SampleFormat(
          Optional.empty(), OptionalDouble.empty(), OptionalInt.empty(), Optional.empty());

  public SampleFormat {
    shape = shape.map(List::copyOf);
    columns = columns.map(sizes -> Collections.unmodifiableSortedMap(new TreeMap<>(sizes)));
  }

  /** Returns what the data of an existing model had. */
  public static SampleFormat of(ModelSpec spec) {
    Network network = Network.of(spec);
    return new SampleFormat(
        Optional.of(spec.input().shape()),
        OptionalDouble.of(spec.input().scale()),
        OptionalInt.of(network.outputLength()),
        network.columnEmbedding().map(LayerSpec.ColumnEmbedding::sizes));
  }

  /** Returns this format, with what it lacks from another one. */
  public SampleFormat or(SampleFormat other) {
    return new SampleFormat(
        shape.isPresent() ? shape : other.shape,
        scale.isPresent() ? scale : other.scale,
        outputs.isPresent() ? outputs : other.outputs,
        columns.isPresent() ? columns : other.columns);
  }

  /**
   * Returns this format with at least as many outputs as another one and, if the same elements are
   * category numbers, at least as many categories of each.
   */
  public SampleFormat withSizesOf(SampleFormat other) {
    return new SampleFormat(
        shape,
        scale,
        other.outputs.isPresent() && other.outputs.getAsInt() > outputs.orElse(0)
            ? other.outputs
            : outputs,
        columns.map(these -> other.columns.map(those -> larger(these, those)).orElse(these)));
  }

  private static SortedMap<Integer, Integer> larger(
      SortedMap<Integer, Integer> these, SortedMap<Integer, Integer> those) {
    if (!these.keySet().equals(those.keySet())) {
      return these;
    }
    SortedMap<Integer, Integer> larger = new TreeMap<>(these);
    those.forEach((index, size) -> larger.merge(index, size, Math::max));
    return larger;
  }
}
