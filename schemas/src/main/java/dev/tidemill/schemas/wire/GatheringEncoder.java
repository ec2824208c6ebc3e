package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes Avro's binary encoding with few copies, for records that are mostly one large byte field.
 * It keeps references to large fields and copies each field once, into an array of the exact
 * length. Avro's encoder copies them three times.
 *
 * <p>One thread; reusable.
 */
final class GatheringEncoder extends BinaryEncoder {
  /** Shorter byte fields are copied directly. */
  private static final int MIN_REFERENCED_BYTES = 256;

  private static final int MAX_NUMBER_BYTES = 10;

  /** A referenced byte field, which comes after the first {@code at} bytes of the other output. */
  private record Field(int at, ByteBuffer bytes) {}

  private final List<Field> fields = new ArrayList<>();
  private byte[] written = new byte[1024];
  private int length;
  private int referenced;

  /** Starts a record with its frame's header. */
  void begin(byte[] head) {
    fields.clear();
    length = 0;
    referenced = 0;
    writeFixed(head, 0, head.length);
  }

  /** Returns all bytes written since {@link #begin}, and drops the references to byte fields. */
  byte[] finish() {
    byte[] all = new byte[Math.addExact(length, referenced)];
    int from = 0;
    int to = 0;
    for (Field field : fields) {
      System.arraycopy(written, from, all, to, field.at - from);
      to += field.at - from;
      from = field.at;
      int size = field.bytes.remaining();
      field.bytes.get(field.bytes.position(), all, to, size);
      to += size;
    }
    System.arraycopy(written, from, all, to, length - from);
    fields.clear();
    return all;
  }

  /** Bytes of the last record that were referenced instead of copied at first. */
  int referenced() {
    return referenced;
  }

  @Override
  public void writeFixed(ByteBuffer bytes) {
    int size = bytes.remaining();
    if (size < MIN_REFERENCED_BYTES) {
      reserve(size);
      bytes.get(bytes.position(), written, length, size);
      length += size;
    } else {
      fields.add(new Field(length, bytes));
      referenced = Math.addExact(referenced, size);
    }
  }

  @Override
  public void writeFixed(byte[] bytes, int start, int size) {
    reserve(size);
    System.arraycopy(bytes, start, written, length, size);
    length += size;
  }

  @Override
  public void writeBoolean(boolean value) {
    reserve(MAX_NUMBER_BYTES);
    length += BinaryData.encodeBoolean(value, written, length);
  }

  @Override
  public void writeInt(int value) {
    reserve(MAX_NUMBER_BYTES);
    length += BinaryData.encodeInt(value, written, length);
  }

  @Override
  public void writeLong(long value) {
    reserve(MAX_NUMBER_BYTES);
    length += BinaryData.encodeLong(value, written, length);
  }

  @Override
  public void writeFloat(float value) {
    reserve(MAX_NUMBER_BYTES);
    length += BinaryData.encodeFloat(value, written, length);
  }

  @Override
  public void writeDouble(double value) {
    reserve(MAX_NUMBER_BYTES);
    length += BinaryData.encodeDouble(value, written, length);
  }

  @Override
  protected void writeZero() {
    writeInt(0);
  }

  @Override
  public int bytesBuffered() {
    return length + referenced;
  }

  /** Does nothing, because there is no underlying stream. */
  @Override
  public void flush() {}

  private void reserve(int size) {
    if (written.length - length < size) {
      written = Arrays.copyOf(written, Math.max(Math.addExact(length, size), written.length * 2));
    }
  }
}
