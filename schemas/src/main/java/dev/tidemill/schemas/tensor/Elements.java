package dev.tidemill.schemas.tensor;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/** Reads the elements of a valid tensor. */
final class Elements {
  /** Floats to copy to a buffer at a time: 16 KiB stay in the first-level cache. */
  private static final int BLOCK = 4096;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final DType dtype;
  private final ByteBuffer data;
  private final int count;
  private final double scale;
  private final double offset;

  Elements(Tensor checked) {
    dtype = checked.getDtype();
    data = checked.getData().slice().order(ByteOrder.LITTLE_ENDIAN);
    count = data.limit() / Tensors.elementBytes(dtype);
    scale = checked.getScale();
    offset = checked.getOffset();
  }

  void floats(long from, int n, ByteBuffer into) {
    FloatBuffer floats = into.asFloatBuffer();
    float[] block = SCRATCH.get().block;
    for (int done = 0; done < n; ) {
      int now = Math.min(BLOCK, n - done);
      floats(from + done, now, block, 0);
      floats.put(block, 0, now);
      done += now;
    }
    into.position(into.position() + n * Float.BYTES);
  }

  void floats(long from, int n, float[] into, int at) {
    int first = (int) Objects.checkFromIndexSize(from, n, (long) count);
    switch (dtype) {
      case UINT8 -> {
        float[] table = SCRATCH.get().table(scale, offset);
        for (int i = 0; i < n; i++) {
          into[at + i] = table[data.get(first + i) & 0xff];
        }
      }
      case INT32 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = real(data.getInt((first + i) * Integer.BYTES));
        }
      }
      case INT64 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = real((double) data.getLong((first + i) * Long.BYTES));
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = HalfPrecision.fromFloat16(data.getShort((first + i) * Short.BYTES));
        }
        toReal(into, at, n);
      }
      case BFLOAT16 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = HalfPrecision.fromBfloat16(data.getShort((first + i) * Short.BYTES));
        }
        toReal(into, at, n);
      }
      case FLOAT32 -> {
        data.asFloatBuffer().get(first, into, at, n);
        toReal(into, at, n);
      }
    }
  }

  void ints(long from, int n, int[] into, int at) {
    int first = (int) Objects.checkFromIndexSize(from, n, (long) count);
    if (!isPlain()) {
      throw new MalformedTensorException(
          "a tensor with scale "
              + scale
              + " and offset "
              + offset
              + " has no integers; expected scale 1 and offset 0");
    }
    switch (dtype) {
      case UINT8 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = data.get(first + i) & 0xff;
        }
      }
      case INT32 -> data.asIntBuffer().get(first, into, at, n);
      case INT64 -> {
        for (int i = 0; i < n; i++) {
          into[at + i] = narrowed(first + i);
        }
      }
      case FLOAT16, BFLOAT16, FLOAT32 ->
          throw new MalformedTensorException(
              "the tensor is " + dtype + "; expected UINT8, INT32 or INT64");
    }
  }

  int firstNonFinite() {
    float[] block = SCRATCH.get().block;
    for (int done = 0; done < count; ) {
      int now = Math.min(BLOCK, count - done);
      floats(done, now, block, 0);
      for (int i = 0; i < now; i++) {
        if (!Float.isFinite(block[i])) {
          return done + i;
        }
      }
      done += now;
    }
    return -1;
  }

  private int narrowed(int index) {
    long value = data.getLong(index * Long.BYTES);
    if (value != (int) value) {
      throw new MalformedTensorException(
          "element " + index + " is " + value + ", which does not fit in 32 bits");
    }
    return (int) value;
  }

  private boolean isPlain() {
    return scale == 1 && offset == 0;
  }

  private void toReal(float[] values, int at, int n) {
    if (!isPlain()) {
      for (int i = at; i < at + n; i++) {
        values[i] = real(values[i]);
      }
    }
  }

  private float real(double stored) {
    return (float) (stored * scale + offset);
  }

  /** Buffers of one thread, so that converting allocates nothing. */
  private static final class Scratch {
    private final float[] block = new float[BLOCK];
    private final float[] table = new float[256];
    private double tableScale;
    private double tableOffset;

    /** Returns the real value of each byte; recomputes it only if the scale or offset changes. */
    float[] table(double scale, double offset) {
      // The initial zeros are also the correct table for the initial scale 0 and offset 0.
      if (scale != tableScale || offset != tableOffset) {
        for (int i = 0; i < table.length; i++) {
          table[i] = (float) (i * scale + offset);
        }
        tableScale = scale;
        tableOffset = offset;
      }
      return table;
    }
  }
}
