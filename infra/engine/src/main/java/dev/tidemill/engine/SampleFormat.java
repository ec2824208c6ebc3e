package dev.tidemill.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What is known of a model's data, from which a {@link SpecTemplate} gets its sizes.
 *
 * @param shape of one sample
 * @param scale factor for every value of a sample
 * @param outputs number of classes or targets
 */
public record SampleFormat(
    Optional<List<Integer>> shape, OptionalDouble scale, OptionalInt outputs) {
  /** Nothing is known, so a template's own defaults apply. */
  public static final SampleFormat UNKNOWN =
      new SampleFormat(Optional.empty(), OptionalDouble.empty(), OptionalInt.empty());

  public SampleFormat {
    shape = shape.map(List::copyOf);
  }

  /** Returns what the data of an existing model had. */
  public static SampleFormat of(ModelSpec spec) {
    return new SampleFormat(
        Optional.of(spec.input().shape()),
        OptionalDouble.of(spec.input().scale()),
        OptionalInt.of(Network.of(spec).outputLength()));
  }

  /** Returns this format, with what it lacks from another one. */
  public SampleFormat or(SampleFormat other) {
    return new SampleFormat(
        shape.isPresent() ? shape : other.shape,
        scale.isPresent() ? scale : other.scale,
        outputs.isPresent() ? outputs : other.outputs);
  }

  /** Returns this format with at least as many outputs as another one. */
  public SampleFormat withOutputsOf(SampleFormat other) {
    return new SampleFormat(
        shape,
        scale,
        other.outputs.isPresent() && other.outputs.getAsInt() > outputs.orElse(0)
            ? other.outputs
            : outputs);
  }
}
