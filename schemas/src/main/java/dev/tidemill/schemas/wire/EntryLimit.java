package dev.tidemill.schemas.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;

/**
 * Limits what decoding a record can allocate. An entry of a map or an array may take a byte or two
 * on the wire but more than a hundred on the heap. So it counts the entries of a record before any
 * is decoded. Arrays of floats and doubles do not count, because they are as large on the heap as
 * on the wire.
 *
 * <p>The pass over the bytes allocates nothing per entry. Used once, by one thread.
 */
final class EntryLimit {
  /** Maximum number of entries in a record. */
  static final int MAX_ENTRIES = 65_536;

  /** Number of entries with text that a record of any size may have. */
  static final int TEXTS = 1_024;

  /** Bytes that a record must have for each further entry with text. */
  static final int BYTES_PER_TEXT = 8;

  /** Only a recursive writer's schema from a registry can nest deeper. */
  private static final int MAX_DEPTH = 32;

  private final BoundedDecoder record;
  private final int size;

  /** Short, since one is made for each record; records hardly nest. */
  private String[] path = new String[4];

  private long entries;
  private long texts;

  private EntryLimit(BoundedDecoder record) {
    this.record = record;
    this.size = record.remainingBytes();
  }

  /**
   * Counts the entries of a record, unless the record is too small to exceed the limit.
   *
   * @param record is read from where it is, and is there again afterwards
   * @throws MalformedBytesException if there are too many; the message names the field and the
   *     limit
   * @throws IOException if the bytes end too early
   */
  static void check(Schema writer, BoundedDecoder record) throws IOException {
    // An entry takes at least one byte.
    int remaining = record.remainingBytes();
    if (remaining > TEXTS) {
      new EntryLimit(record).skip(writer, 0);
      record.rewind(remaining);
    }
  }

  /**
   * Checks a number of entries without text.
   *
   * @throws MalformedBytesException if there are too many for any record
   */
  static void checkNumbers(String field, long entries) {
    check(field, entries, MAX_ENTRIES, "a record");
  }

  /** Returns how many entries with text a record may have. */
  static long texts(int recordBytes) {
    return Math.min(MAX_ENTRIES, TEXTS + (long) recordBytes / BYTES_PER_TEXT);
  }

  /**
   * Checks a number of entries with text.
   *
   * @param limit the result of {@link #texts}
   */
  static void checkTexts(String field, long entries, long limit) {
    check(field, entries, limit, "texts in a record of its size");
  }

  private static void check(String field, long entries, long limit, String of) {
    if (entries > limit) {
      throw new MalformedBytesException(
          "its maps and arrays have at least "
              + entries
              + " entries up to the field "
              + field
              + "; the limit for "
              + of
              + " is "
              + limit);
    }
  }

  private void skip(Schema schema, int depth) throws IOException {
    switch (schema.getType()) {
      case RECORD -> skipFields(schema, depth);
      case ARRAY -> skipArray(schema.getElementType(), depth);
      case MAP -> skipMap(schema.getValueType(), depth);
      case UNION -> skipUnion(schema, depth);
      case NULL -> record.readNull();
      case BOOLEAN -> record.skipFixed(1);
      case INT, LONG, ENUM -> record.readLong();
      case FLOAT -> record.skipFixed(Float.BYTES);
      case DOUBLE -> record.skipFixed(Double.BYTES);
      case STRING, BYTES -> record.skipBytes();
      case FIXED -> record.skipFixed(schema.getFixedSize());
    }
  }

  private void skipFields(Schema schema, int depth) throws IOException {
    if (depth == MAX_DEPTH) {
      throw new MalformedBytesException("its records are nested more than " + MAX_DEPTH + " deep");
    }
    for (Schema.Field field : schema.getFields()) {
      if (depth == path.length) {
        path = Arrays.copyOf(path, MAX_DEPTH);
      }
      path[depth] = field.name();
      skip(field.schema(), depth + 1);
    }
  }

  private void skipArray(Schema element, int depth) throws IOException {
    int fixed = width(element);
    for (long n = record.readArrayStart(); n > 0; n = record.arrayNext()) {
      if (fixed > 0) {
        skipNumbers(n, fixed);
      } else {
        count(n, holdsText(element), depth);
        for (long i = 0; i < n; i++) {
          skip(element, depth);
        }
      }
    }
  }

  private void skipMap(Schema value, int depth) throws IOException {
    for (long n = record.readMapStart(); n > 0; n = record.mapNext()) {
      count(n, true, depth);
      for (long i = 0; i < n; i++) {
        record.skipString();
        skip(value, depth);
      }
    }
  }

  private void skipUnion(Schema union, int depth) throws IOException {
    int index = record.readIndex();
    if (index < 0 || index >= union.getTypes().size()) {
      throw new AvroTypeException("a union has no branch " + index);
    }
    skip(union.getTypes().get(index), depth);
  }

  private void skipNumbers(long n, int width) throws IOException {
    if (n > record.remainingBytes() / width) {
      throw new EOFException(
          "an array declares "
              + n
              + " numbers, but only "
              + record.remainingBytes()
              + " bytes are left");
    }
    record.skipFixed((int) n * width);
  }

  private void count(long more, boolean text, int depth) {
    entries += more;
    if (entries > MAX_ENTRIES) {
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

  /**
   * Whether an entry needs more than one object. An entry of numbers takes only about 12 bytes of
   * heap per byte.
   */
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

  /** Bytes of an element whose array is as large on the heap as on the wire; otherwise 0. */
  private static int width(Schema element) {
    return switch (element.getType()) {
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      default -> 0;
    };
  }
}
