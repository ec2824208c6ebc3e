package dev.tidemill.schemas.wire;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroTypeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Decodes Avro's binary encoding from untrusted bytes. It differs from Avro's decoder in three
 * ways:
 *
 * <ul>
 *   <li>It checks every declared length and count against the remaining bytes before it allocates.
 *   <li>Byte fields are views of the bytes, not copies.
 *   <li>Bytes that Avro silently repairs (booleans other than 0 and 1, invalid UTF-8) are errors.
 * </ul>
 *
 * <p>Used once, by one thread.
 */
final class BoundedDecoder extends Decoder {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int begin;
  private final int end;
  private int at;

  /** Decodes the bytes from position to limit of a buffer that is backed by an array. */
  BoundedDecoder(ByteBuffer record) {
    bytes = record.array();
    begin = record.arrayOffset() + record.position();
    end = begin + record.remaining();
    at = begin;
  }

  /** Goes back to where that many bytes remained. */
  void rewind(int remainingBytes) {
    at = end - remainingBytes;
  }

  /** The bytes of the record and, possibly, of others. */
  byte[] array() {
    return bytes;
  }

  /** Returns the index in {@link #array} of the next byte. */
  int position() {
    return at;
  }

  @Override
  public int remainingBytes() {
    return end - at;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    byte b = bytes[advance(1)];
    if (b != 0 && b != 1) {
      throw new AvroTypeException("a boolean is " + (b & 0xff));
    }
    return b == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new AvroTypeException("an int is " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = bytes[advance(1)];
      if (shift == 63 && (b & 0xfe) != 0) {
        break;
      }
      zigzag |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new AvroTypeException("a number has more than 64 bits");
  }

  @Override
  public float readFloat() throws IOException {
    return (float) FLOAT.get(bytes, advance(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return (double) DOUBLE.get(bytes, advance(Double.BYTES));
  }

  @Override
  public String readString() throws IOException {
    int length = readLength("a string");
    int start = advance(length);
    String text = new String(bytes, start, length, StandardCharsets.UTF_8);
    // Invalid UTF-8 decodes to U+FFFD. Only then check whether the bytes really contained it.
    if (text.indexOf('\uFFFD') >= 0 && !encodes(text, start, length)) {
      throw new AvroTypeException("a string is not UTF-8");
    }
    return text;
  }

  /**
   * Skips a string, and checks that it is UTF-8.
   *
   * @return the index of its first byte in {@link #array}; it ends before {@link #position}
   */
  int skipText() throws IOException {
    int before = at;
    int length = readLength("a string");
    int start = advance(length);
    for (int i = start; i < at; i++) {
      if (bytes[i] < 0) {
        // Not ASCII: decoding checks it.
        at = before;
        String unused = readString();
        return start;
      }
    }
    return start;
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    int length = readLength("a byte field");
    return ByteBuffer.wrap(bytes, advance(length), length).slice().asReadOnlyBuffer();
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, advance(length), into, start, length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  /** Reads the index of a branch of a union that has {@code branches} of them. */
  int readBranch(int branches) throws IOException {
    int index = readIndex();
    if (index < 0 || index >= branches) {
      throw new AvroTypeException("a union has no branch " + index);
    }
    return index;
  }

  @Override
  public long readArrayStart() throws IOException {
    return readCount();
  }

  @Override
  public long arrayNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipArray() throws IOException {
    return skipBlocks();
  }

  @Override
  public long readMapStart() throws IOException {
    return readCount();
  }

  @Override
  public long mapNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipMap() throws IOException {
    return skipBlocks();
  }

  @Override
  public void skipString() throws IOException {
    advance(readLength("a string"));
  }

  @Override
  public void skipBytes() throws IOException {
    advance(readLength("a byte field"));
  }

  @Override
  public void skipFixed(int length) throws IOException {
    advance(length);
  }

  private boolean encodes(String text, int start, int length) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(encoded, 0, encoded.length, bytes, start, start + length);
  }

  /** Reads a block's count; a negative one is followed by the block's size, which must fit too. */
  private long readCount() throws IOException {
    long count = readLong();
    if (count < 0) {
      // Long.MIN_VALUE stays negative and is rejected below.
      count = -count;
      readLength("a block");
    }
    return bounded(count, "a block's count");
  }

  /** Skips blocks with a declared size; returns the count of the first block without one, or 0. */
  private long skipBlocks() throws IOException {
    long count = readLong();
    while (count < 0) {
      advance(readLength("a block"));
      count = readLong();
    }
    return bounded(count, "a block's count");
  }

  private int readLength(String what) throws IOException {
    return (int) bounded(readLong(), what);
  }

  /** Each element of every published schema takes at least a byte, so this also bounds counts. */
  private long bounded(long declared, String what) throws IOException {
    if (declared < 0 || declared > remainingBytes()) {
      throw new EOFException(
          what + " declares " + declared + ", but only " + remainingBytes() + " bytes are left");
    }
    return declared;
  }

  /** Skips bytes and returns the index of the first one. */
  private int advance(int length) throws IOException {
    if (length < 0 || length > remainingBytes()) {
      throw new EOFException(
          "the bytes end at offset "
              + (end - begin)
              + ", inside a value of "
              + length
              + " bytes at offset "
              + (at - begin));
    }
    int start = at;
    at += length;
    return start;
  }
}
