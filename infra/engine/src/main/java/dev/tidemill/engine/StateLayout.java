package dev.tidemill.engine;

import java.util.List;

/**
 * The order and offset of every tensor in a model's flat memory: parameters, then buffers, then
 * optimizer state. All tensors are FLOAT32, row-major, with PyTorch's names and shapes. The layout
 * depends only on the spec, so all engines use the same one.
 */
public final class StateLayout {

  /** The kind of a tensor. */
  public enum Kind {
    /** Learned by gradient, e.g. {@code conv1.weight}. */
    PARAMETER,
    /** Model state that has no gradient, e.g. {@code bn1.running_mean}. */
    BUFFER,
    /** Optimizer state, e.g. {@code optimizer.momentum_buffer.conv1.weight}. */
    OPTIMIZER
  }

  /**
   * A named tensor in the flat memory.
   *
   * @param name PyTorch's name
   * @param shape sizes, outermost first
   * @param kind parameter, buffer or optimizer state
   * @param offset of the first element, in floats from the start of the memory
   * @param length number of elements
   */
  public record Slice(String name, List<Integer> shape, Kind kind, long offset, long length) {}

  private final List<Slice> slices;

  StateLayout(List<Slice> slices) {
    this.slices = List.copyOf(slices);
  }

  /** All slices in order, without gaps. */
  public List<Slice> slices() {
    return slices;
  }

  /** Total number of floats. */
  public long length() {
    return slices.isEmpty() ? 0 : end(slices.get(slices.size() - 1));
  }

  /** Number of floats of the parameters, which come first. */
  public long parameterLength() {
    return lengthOf(Kind.PARAMETER);
  }

  /** Number of floats of one kind. */
  public long lengthOf(Kind kind) {
    return slices.stream().filter(s -> s.kind() == kind).mapToLong(Slice::length).sum();
  }

  /**
   * Returns the slice with a name.
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
