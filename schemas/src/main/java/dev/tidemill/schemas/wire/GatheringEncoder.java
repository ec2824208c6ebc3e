package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/**
 * Avro's binary encoding, for records that are mostly one large byte field: such fields are only
 * remembered while the record is walked, and copied once, into an array that is as long as it has
 * to be. Avro's own encoder copies them three times on the way to an array.
 *
 * <p>Used again and again by one thread.
 */
final class GatheringEncoder extends BinaryEncoder {
  /** Shorter byte fields are copied like everything else. */
  private static final int REMEMBERED_BYTES = 256;

  private static final int LONGEST_NUMBER = 10;

  /** Bytes that stand behind the first {@code at} of what is written otherwise. */
  private record Field(int at, ByteBuffer bytes) {}

  private final List<Field> fields = new ArrayList<>();
  private byte[] written = new byte[1024];
  private int length;
  private int remembered;

  /** Begins a record behind its frame's head. */
  void begin(byte[] head) {
    fields.clear();
    length = 0;
    remembered = 0;
    writeFixed(head, 0, head.length);
  }

  /** All that was written since {@link #begin}; byte fields are let go of. */
  byte[] finish() {
    byte[] all = new byte[Math.addExact(length, remembered)];
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

  /** Bytes of the last record that were only remembered, and copied from where they were. */
  int remembered() {
    return remembered;
  }

  @Override
  public void writeFixed(ByteBuffer bytes) {
    int size = bytes.remaining();
    if (size < REMEMBERED_BYTES) {
      reserve(size);
      bytes.get(bytes.position(), written, length, size);
      length += size;
    } else {
      fields.add(new Field(length, bytes));
      remembered = Math.addExact(remembered, size);
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
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeBoolean(value, written, length);
  }

  @Override
  public void writeInt(int value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeInt(value, written, length);
  }

  @Override
  public void writeLong(long value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeLong(value, written, length);
  }

  @Override
  public void writeFloat(float value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeFloat(value, written, length);
  }

  @Override
  public void writeDouble(double value) {
    reserve(LONGEST_NUMBER);
    length += BinaryData.encodeDouble(value, written, length);
  }

  @Override
  protected void writeZero() {
    writeInt(0);
  }

  @Override
  public int bytesBuffered() {
    return length + remembered;
  }

  /** Nothing stands behind it that could be written to. */
  @Override
  public void flush() {}

  private void reserve(int size) {
    if (written.length - length < size) {
      written = Arrays.copyOf(written, Math.max(Math.addExact(length, size), written.length * 2));
    }
  }
}
