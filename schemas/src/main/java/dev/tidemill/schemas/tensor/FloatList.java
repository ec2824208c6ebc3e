package dev.tidemill.schemas.tensor;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** An unmodifiable list of floats for record fields that stores no boxed values. */
public final class FloatList extends AbstractList<Float> implements RandomAccess {
  private final float[] values;

  /** Wraps an array, which must not change afterwards. */
  public FloatList(float[] values) {
    this.values = values;
  }

  /** Returns one value without boxing. */
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
