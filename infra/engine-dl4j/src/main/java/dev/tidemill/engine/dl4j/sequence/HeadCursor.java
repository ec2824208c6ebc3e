package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.memory.Floats;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Moves from head to head over the rows of a self-attention layer, so a step creates no pointers.
 * Queries, keys and values are columns of the same rows.
 */
final class HeadCursor {
  private static final int PARTS = 3;

  private final AttentionShape shape;
  private final FloatPointer[] parts = new FloatPointer[PARTS];
  private final FloatPointer output;

  /**
   * @param projected {@code [batch, length, 3 * features]}: queries, keys and values, or their
   *     gradients
   * @param output {@code [batch, length, features]}: output of the attention, or its gradient
   */
  HeadCursor(AttentionShape shape, Floats projected, Floats output) {
    this.shape = shape;
    for (int part = 0; part < PARTS; part++) {
      parts[part] = projected.pointer().getPointer(0);
    }
    this.output = output.pointer().getPointer(0);
  }

  void moveTo(int sample, int head) {
    long row = (long) sample * shape.length();
    long column = (long) head * shape.headWidth();
    for (int part = 0; part < PARTS; part++) {
      parts[part].position((row * PARTS + part) * shape.features() + column);
    }
    output.position(row * shape.features() + column);
  }

  FloatPointer queries() {
    return parts[0];
  }

  FloatPointer keys() {
    return parts[1];
  }

  FloatPointer values() {
    return parts[2];
  }

  FloatPointer output() {
    return output;
  }

  /** Returns the floats from one position's query, key or value to the next position's. */
  int stride() {
    return PARTS * shape.features();
  }
}
