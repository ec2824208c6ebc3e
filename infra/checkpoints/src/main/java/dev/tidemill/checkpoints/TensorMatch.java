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
 * A file's tensors beside a layout's slices: every parameter and buffer found in its shape, nothing
 * left over.
 *
 * @param withOptimizer whether optimizer state is taken: the file has that of the layout, all of it
 */
record TensorMatch(TensorHeader file, StateLayout layout, boolean withOptimizer) {

  /**
   * As {@link #of}, and optimizer state is there as a whole or not at all.
   *
   * @throws MalformedSafeTensorsException also where some of the optimizer state is there
   */
  static TensorMatch strict(TensorHeader file, StateLayout layout) {
    TensorMatch match = of(file, layout);
    Set<String> found = optimizerNames(file);
    if (!match.withOptimizer() && !found.isEmpty()) {
      throw new MalformedSafeTensorsException(
          "the optimizer state is that of another optimizer, or not complete: "
              + found.stream().sorted().toList());
    }
    return match;
  }

  /**
   * @throws MalformedSafeTensorsException naming the tensor that is missing, unknown or of another
   *     shape
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
              + " where the model has "
              + TensorEntry.FLOAT32
              + " "
              + wanted);
    }
  }

  /** Where in a state each tensor's bytes belong; a tensor that is not there is not taken. */
  Map<TensorEntry, ByteBuffer> places(ModelState state) {
    Map<TensorEntry, ByteBuffer> places = new HashMap<>();
    for (StateLayout.Slice slice : layout.slices()) {
      TensorEntry tensor = file.tensors().get(slice.name());
      if (tensor != null && (slice.kind() != StateLayout.Kind.OPTIMIZER || withOptimizer)) {
        places.put(tensor, state.data(slice));
      }
    }
    return places;
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
