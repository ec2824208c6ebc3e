package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.memory.Floats;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Moves from head to head over the rows of a self-attention, so that no pointer is made in a step.
 * Queries, keys and values are columns of the same rows.
 */
final class HeadCursor {
  private static final int PARTS = 3;

  private final AttentionShape shape;
  private final FloatPointer[] parts = new FloatPointer[PARTS];
  private final FloatPointer given;

  /**
   * @param projected {@code [batch, length, 3 * features]}: values or gradients of queries, keys
   *     and values
   * @param given {@code [batch, length, features]}
   */
  HeadCursor(AttentionShape shape, Floats projected, Floats given) {
    this.shape = shape;
    for (int part = 0; part < PARTS; part++) {
      parts[part] = projected.pointer().getPointer(0);
    }
    this.given = given.pointer().getPointer(0);
  }

  void moveTo(int sample, int head) {
    long row = (long) sample * shape.length();
    long column = (long) head * shape.width();
    for (int part = 0; part < PARTS; part++) {
      parts[part].position((row * PARTS + part) * shape.features() + column);
    }
    given.position(row * shape.features() + column);
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

  FloatPointer given() {
    return given;
  }

  /** Values from a query, key or value to the next. */
  int stride() {
    return PARTS * shape.features();
  }
}
