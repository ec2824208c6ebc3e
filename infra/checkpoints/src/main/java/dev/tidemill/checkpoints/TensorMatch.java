package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Matches a file's tensors with a layout's slices: every parameter and buffer is present in its
 * shape, and no tensor is left over.
 *
 * @param withOptimizer whether optimizer state is read, because the file has all of the layout's
 */
record TensorMatch(TensorHeader file, StateLayout layout, boolean withOptimizer) {

  /**
   * As {@link #of}, but optimizer state must be complete or absent.
   *
   * @throws MalformedSafeTensorsException also if only a part of the optimizer state is present
   */
  static TensorMatch strict(TensorHeader file, StateLayout layout) {
    TensorMatch match = of(file, layout);
    Set<String> found = optimizerNames(file);
    if (!match.withOptimizer() && !found.isEmpty()) {
      throw new MalformedSafeTensorsException(
          "the optimizer state is incomplete, or belongs to another optimizer: "
              + found.stream().sorted().toList());
    }
    return match;
  }

  /**
   * @throws MalformedSafeTensorsException if a tensor is missing, unknown or of another shape;
   *     names it
   */
  static TensorMatch of(TensorHeader file, StateLayout layout) {
    boolean withOptimizer = optimizerNames(file).equals(optimizerNames(layout));
    Map<String, TensorEntry> unmatched = new HashMap<>(file.tensors());
    for (StateLayout.Slice slice : layout.slices()) {
      TensorEntry found = unmatched.remove(slice.name());
      if (slice.kind() != StateLayout.Kind.OPTIMIZER || withOptimizer) {
        check(slice, found);
      }
    }
    unmatched
        .values()
        .removeIf(tensor -> tensor.isBatchCount() || (tensor.isOptimizerState() && !withOptimizer));
    if (!unmatched.isEmpty()) {
      throw new MalformedSafeTensorsException(
          "the model has no tensor '" + unmatched.keySet().stream().sorted().toList().get(0) + "'");
    }
    return new TensorMatch(file, layout, withOptimizer);
  }

  TensorMatch withoutOptimizer() {
    return new TensorMatch(file, layout, false);
  }

  private static void check(StateLayout.Slice slice, @Nullable TensorEntry found) {
    if (found == null) {
      throw new MalformedSafeTensorsException("tensor '" + slice.name() + "' is missing");
    }
    List<Long> wanted = slice.shape().stream().map(Integer::longValue).toList();
    if (!found.dtype().equals(TensorEntry.FLOAT32) || !found.shape().equals(wanted)) {
      throw new MalformedSafeTensorsException(
          "tensor '"
              + slice.name()
              + "' is "
              + found.dtype()
              + " "
              + found.shape()
              + ", but the model has "
              + TensorEntry.FLOAT32
              + " "
              + wanted);
    }
  }

  /**
   * Returns the destination of each tensor's bytes in a state; tensors without a destination are
   * skipped.
   */
  Map<TensorEntry, ByteBuffer> destinations(ModelState state) {
    Map<TensorEntry, ByteBuffer> destinations = new HashMap<>();
    for (StateLayout.Slice slice : layout.slices()) {
      TensorEntry tensor = file.tensors().get(slice.name());
      if (tensor != null && (slice.kind() != StateLayout.Kind.OPTIMIZER || withOptimizer)) {
        destinations.put(tensor, state.data(slice));
      }
    }
    return destinations;
  }

  private static Set<String> optimizerNames(TensorHeader file) {
    Set<String> names = new HashSet<>();
    file.tensors().values().stream()
        .filter(TensorEntry::isOptimizerState)
        .forEach(tensor -> names.add(tensor.name()));
    return names;
  }

  private static Set<String> optimizerNames(StateLayout layout) {
    Set<String> names = new HashSet<>();
    layout.slices().stream()
        .filter(slice -> slice.kind() == StateLayout.Kind.OPTIMIZER)
        .forEach(slice -> names.add(slice.name()));
    return names;
  }
}
