package dev.tidemill.schemas.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;

/**
 * Bounds what decoding a record can allocate. An entry of a map or an array may take a byte or two
 * on the wire and more than a hundred on the heap, so the entries of a record are counted before
 * any is decoded. Arrays of floats and doubles are as large on the heap as on the wire and count
 * for nothing.
 *
 * <p>The walk over the bytes allocates nothing per entry. One use, one thread.
 */
final class EntryLimit {
  /** No record may hold more entries. */
  static final int MOST = 65_536;

  /** Any record may hold that many entries with text, whatever its size is. */
  static final int TEXTS = 1_024;

  /** Beyond that, a record must have so many bytes for each entry with text. */
  static final int BYTES_PER_TEXT = 8;

  /** Only a writer's schema from a registry can nest deeper: it may contain itself. */
  private static final int DEEPEST = 32;

  private final BoundedDecoder record;
  private final int size;
  private final String[] path = new String[DEEPEST];
  private long entries;
  private long texts;

  private EntryLimit(BoundedDecoder record) {
    this.record = record;
    this.size = record.remainingBytes();
  }

  /**
   * Passes over a record and counts its entries, unless it is too small to hold too many.
   *
   * @param record moves towards its end
   * @throws MalformedBytesException naming the field and the limit
   * @throws IOException if the bytes end too early
   */
  static void check(Schema writer, BoundedDecoder record) throws IOException {
    // An entry takes a byte at least.
    if (record.remainingBytes() > TEXTS) {
      new EntryLimit(record).pass(writer, 0);
    }
  }

  /**
   * @throws MalformedBytesException if no record may hold so many entries
   */
  static void checkNumbers(String field, long entries) {
    check(field, entries, MOST, "a record");
  }

  private static void check(String field, long entries, long limit, String of) {
    if (entries > limit) {
      throw new MalformedBytesException(
          "its maps and arrays have "
              + entries
              + " entries or more up to the field "
              + field
              + "; the limit for "
              + of
              + " is "
              + limit);
    }
  }

  private void pass(Schema schema, int depth) throws IOException {
    switch (schema.getType()) {
      case RECORD -> passFields(schema, depth);
      case ARRAY -> passArray(schema.getElementType(), depth);
      case MAP -> passMap(schema.getValueType(), depth);
      case UNION -> passUnion(schema, depth);
      case NULL -> record.readNull();
      case BOOLEAN -> record.skipFixed(1);
      case INT, LONG, ENUM -> record.readLong();
      case FLOAT -> record.skipFixed(Float.BYTES);
      case DOUBLE -> record.skipFixed(Double.BYTES);
      case STRING, BYTES -> record.skipBytes();
      case FIXED -> record.skipFixed(schema.getFixedSize());
    }
  }

  private void passFields(Schema schema, int depth) throws IOException {
    if (depth == DEEPEST) {
      throw new MalformedBytesException("its records are nested more than " + DEEPEST + " deep");
    }
    for (Schema.Field field : schema.getFields()) {
      path[depth] = field.name();
      pass(field.schema(), depth + 1);
    }
  }

  private void passArray(Schema element, int depth) throws IOException {
    int fixed = width(element);
    for (long n = record.readArrayStart(); n > 0; n = record.arrayNext()) {
      if (fixed > 0) {
        passNumbers(n, fixed);
      } else {
        count(n, holdsText(element), depth);
        for (long i = 0; i < n; i++) {
          pass(element, depth);
        }
      }
    }
  }

  private void passMap(Schema value, int depth) throws IOException {
    for (long n = record.readMapStart(); n > 0; n = record.mapNext()) {
      count(n, true, depth);
      for (long i = 0; i < n; i++) {
        record.skipString();
        pass(value, depth);
      }
    }
  }

  private void passUnion(Schema union, int depth) throws IOException {
    int index = record.readIndex();
    if (index < 0 || index >= union.getTypes().size()) {
      throw new AvroTypeException("there is no branch " + index + " in a union");
    }
    pass(union.getTypes().get(index), depth);
  }

  private void passNumbers(long n, int width) throws IOException {
    if (n > record.remainingBytes() / width) {
      throw new EOFException(
          "an array declares "
              + n
              + " numbers where "
              + record.remainingBytes()
              + " bytes are left");
    }
    record.skipFixed((int) n * width);
  }

  private void count(long more, boolean text, int depth) {
    entries += more;
    if (entries > MOST) {
      checkNumbers(fieldAt(depth), entries);
    }
    texts += text ? more : 0;
    if (texts > TEXTS) {
      long limit = TEXTS + (long) size / BYTES_PER_TEXT;
      check(fieldAt(depth), texts, limit, "texts in a record of " + size + " bytes");
    }
  }

  private String fieldAt(int depth) {
    return IntStream.range(0, depth).mapToObj(i -> path[i]).collect(Collectors.joining("."));
  }

  /** Whether an entry has more objects than itself; numbers alone take some 12 bytes per byte. */
  private static boolean holdsText(Schema entry) {
    return switch (entry.getType()) {
      case NULL, BOOLEAN, INT, LONG, ENUM, FLOAT, DOUBLE -> false;
      case RECORD -> entry.getFields().stream().anyMatch(field -> !isNumber(field.schema()));
      default -> true;
    };
  }

  private static boolean isNumber(Schema schema) {
    return schema.getType() != Schema.Type.RECORD && !holdsText(schema);
  }

  /** Bytes of a number whose array is as large on the heap; 0 for any other element. */
  private static int width(Schema element) {
    return switch (element.getType()) {
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      default -> 0;
    };
  }
}
