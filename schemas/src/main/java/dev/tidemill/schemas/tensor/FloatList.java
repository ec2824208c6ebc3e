package dev.tidemill.schemas.tensor;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** Floats as a record's field takes them, without an object for each. Unmodifiable. */
public final class FloatList extends AbstractList<Float> implements RandomAccess {
  private final float[] values;

  /** Over an array that nobody changes any more. */
  public FloatList(float[] values) {
    this.values = values;
  }

  /** One value, as it is. */
  public float at(int index) {
    return values[index];
  }

  @Override
  public Float get(int index) {
    return values[Objects.checkIndex(index, values.length)];
  }

  @Override
  public int size() {
    return values.length;
  }
}
