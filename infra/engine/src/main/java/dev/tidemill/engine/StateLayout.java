package dev.tidemill.engine;

import java.util.List;

/**
 * The order and place of every tensor in a model's flat memory. All tensors are FLOAT32, row-major,
 * in PyTorch's names and shapes: parameters first, then buffers, then optimizer state. It follows
 * from the spec alone, so that all engines agree on it.
 */
public final class StateLayout {

  /** What a slice is. */
  public enum Kind {
    /** Learned, e.g. {@code conv1.weight}. */
    PARAMETER,
    /** Kept but not learned, e.g. {@code bn1.running_mean}. */
    BUFFER,
    /** The optimizer's, e.g. {@code optimizer.momentum_buffer.conv1.weight}. */
    OPTIMIZER
  }

  /**
   * A named tensor in the flat memory.
   *
   * @param name PyTorch's name
   * @param shape sizes, outermost first
   * @param kind what it is
   * @param offset first element, counted in floats from the memory's beginning
   * @param length number of elements
   */
  public record Slice(String name, List<Integer> shape, Kind kind, long offset, long length) {}

  private final List<Slice> slices;

  StateLayout(List<Slice> slices) {
    this.slices = List.copyOf(slices);
  }

  /** All slices in order; they touch and leave no gaps. */
  public List<Slice> slices() {
    return slices;
  }

  /** Floats in all. */
  public long length() {
    return slices.isEmpty() ? 0 : end(slices.get(slices.size() - 1));
  }

  /** Floats of the parameters, which come first. */
  public long parameterLength() {
    return lengthOf(Kind.PARAMETER);
  }

  /** Floats of one kind. */
  public long lengthOf(Kind kind) {
    return slices.stream().filter(s -> s.kind() == kind).mapToLong(Slice::length).sum();
  }

  /**
   * The slice of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Slice slice(String name) {
    return slices.stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no tensor '" + name + "' in the layout"));
  }

  private static long end(Slice slice) {
    return slice.offset() + slice.length();
  }
}
